/** The lists of a project: sessions, traces, spans. */
export { ListPage } from "./list_page";
