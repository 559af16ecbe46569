/** Lets internal errors of the SDK fail the tests, and every test see each warning as the first. */
import { beforeEach } from "vitest";
import { setRaising } from "../src/guard.js";
import { state } from "../src/state.js";

setRaising(true);
beforeEach(() => state.warned.clear());
