/** What an empty project shows: how to send the first span. */
export { Onboarding } from "./onboarding";
