/** Switches on the instrumentations of the packages that a program uses. */
import type { TracerProvider } from "@opentelemetry/api";
import { guarded, warnOnce } from "../guard.js";
import { state } from "../state.js";
import { watchFailedCalls } from "./failedCalls.js";
import {
  declaredDependencies,
  isInstalled,
  isModuleProgram,
  load,
  loadAsImported,
  loadedByRequire,
} from "./installed.js";
import { forClients } from "./langchain.js";
import { type Instrumentation, type InstrumentModules, TABLE } from "./table.js";

export type { InstrumentModules } from "./table.js";

/** What an instrumentation of OpenTelemetry's kind has. */
export interface Instrumentor {
  setTracerProvider(provider: TracerProvider): void;
  manuallyInstrument(module: unknown): void;
}

/** Keys that programs may give and for which nothing can be done that would not be given up soon. */
const WITHOUT_INSTRUMENTATION: readonly (keyof InstrumentModules)[] = [
  "google_genai",
  "openAIAgents",
  "claudeAgentSDK",
];

/**
 * Trace the calls of the modules given; of whatever the program has installed if none are named.
 *
 * An instrumentation is a package of its own (`npm install
 * @arizeai/openinference-instrumentation-openai`), loaded here if it is there; a warning says so once
 * if a module is given without it. Named modules are traced exactly as given, in ES modules, CommonJS
 * and bundles alike. Without names, for each package whose instrumentation is installed:
 *
 * - in CommonJS what was required before is traced, and what is required later when it is;
 * - in ES modules, whose imports run before any call, the package is imported here and traced. Node
 *   before 20.19 cannot do that: name the modules there.
 *
 * @param modules - The modules by their keys; undefined looks for what is installed, `{}` for nothing.
 * @param provider - Where the spans go.
 */
export function switchOn(modules: InstrumentModules | undefined, provider: TracerProvider): void {
  if (modules === undefined) {
    guarded("instruments", () => switchInstalledOn(provider));
    return;
  }
  for (const row of TABLE) {
    const given = row.keys.map((key) => modules[key]).find((module) => module != null);
    if (given === undefined) continue;
    guarded(`instrument ${row.name}`, () => {
      const instrumentor = started(row, provider);
      if (instrumentor === undefined) advise(row);
      else instrumentor.manuallyInstrument(row.module?.(given) ?? given);
    });
  }
  for (const key of WITHOUT_INSTRUMENTATION) {
    if (modules[key] == null) continue;
    warnOnce(
      `instrument ${key}`,
      `instrumentModules.${key} has no effect, no instrumentation of it is well kept: wrap its calls ` +
        'in observe({ spanType: "LLM" }, …)',
    );
  }
}

function switchInstalledOn(provider: TracerProvider): void {
  const declared = declaredDependencies();
  for (const row of TABLE) {
    if (!isInstalled(row.instrumentation)) {
      const isRivalled = row.rivals?.some(isInstalled) ?? false;
      if (declared.has(row.target) && !isRivalled) advise(row);
      continue;
    }
    const entry = row.entry ?? row.target;
    if (!isInstalled(row.target)) continue;
    guarded(`instrument ${row.name}`, () => {
      // From here on its own hook sees what is required.
      const instrumentor = started(row, provider);
      if (instrumentor === undefined) return;
      const modules = [
        loadedByRequire(entry),
        isModuleProgram() ? loadAsImported(entry) : undefined,
      ];
      for (const module of modules) {
        if (module !== undefined) instrumentor.manuallyInstrument(row.module?.(module) ?? module);
      }
    });
  }
}

/** The one instrumentor of a row in this process; undefined if its package is not installed. */
function started(row: Instrumentation, spans: TracerProvider): Instrumentor | undefined {
  const provider = row.isClient === true ? forClients(spans) : spans;
  const running = state.instrumentors.get(row.instrumentation);
  if (running !== undefined) {
    running.setTracerProvider(provider);
    return running;
  }
  const { [row.className]: Class } = Object(load(row.instrumentation)) as {
    [name: string]: (new () => Instrumentor) | undefined;
  };
  if (Class === undefined) return undefined;
  if (row.calls !== undefined) watchFailedCalls(Class, row.instrumentation, row.calls);
  const instrumentor = new Class();
  instrumentor.setTracerProvider(provider);
  state.instrumentors.set(row.instrumentation, instrumentor);
  return instrumentor;
}

function advise(row: Instrumentation): void {
  warnOnce(
    `instrument ${row.name}`,
    `calls of ${row.name} are not traced: npm install ${row.instrumentation}`,
  );
}
