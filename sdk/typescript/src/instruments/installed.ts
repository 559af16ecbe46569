/** Finds and loads packages that the program has installed, when the SDK is asked to and not before. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** From where packages are looked for: this package, the program's main file, the working folder. */
function requires(): NodeJS.Require[] {
  const places = [import.meta.url, process.argv[1], join(process.cwd(), "package.json")];
  return places.flatMap((place) => {
    try {
      // A bundle has no `import.meta.url`, a REPL no main file.
      return place ? [createRequire(place)] : [];
    } catch {
      return [];
    }
  });
}

/** The file of a module as `require` finds it, and the `require` that does; undefined if it is none. */
function located(name: string): { require: NodeJS.Require; file: string } | undefined {
  for (const require of requires()) {
    try {
      return { require, file: require.resolve(name) };
    } catch {
      // Not from there.
    }
  }
  return undefined;
}

/**
 * Whether a package is there to be loaded, which is not tried. It asks for folders alone: Node's own
 * search throws for each package that is not there, which would cost a program milliseconds.
 */
export function isInstalled(name: string): boolean {
  // Yarn's Plug'n'Play has no folders to ask for.
  if (process.versions.pnp !== undefined) return located(`${name}/package.json`) !== undefined;
  folders ??= new Set(requires().flatMap((require) => require.resolve.paths(name) ?? []));
  return [...folders].some((folder) => existsSync(join(folder, name)));
}

/** The `node_modules` folders that are searched. */
let folders: ReadonlySet<string> | undefined;

/**
 * Load a module in the form that the program's own modules have, so that what it imports is what the
 * program imports; undefined if it is not installed. Throws what the module itself throws.
 */
export function load(name: string): unknown {
  const asImported = isModuleProgram() ? loadAsImported(name) : undefined;
  if (asImported !== undefined) return asImported;
  const found = located(name);
  return found?.require(found.file);
}

/** A module's exports if some `require` has loaded it already; undefined otherwise. */
export function loadedByRequire(name: string): unknown {
  const found = located(name);
  return found?.require.cache[found.file]?.exports;
}

/**
 * A package's module as `import` gives it, with the same objects that the program imports; undefined
 * where that cannot be had in one go (Node before 20.19 and 22.12), or is what `require` gives.
 */
export function loadAsImported(name: string): unknown {
  const url: string | undefined = resolvedForImport(name);
  const found = located(name);
  if (!url?.startsWith("file:") || found === undefined) return undefined;
  const file = fileURLToPath(url);
  const canRequireModules = (process.features as { require_module?: boolean }).require_module;
  return canRequireModules === true && file !== found.file ? found.require(file) : undefined;
}

/** Whether the program is an ES module: those are loaded before any line of them can hook anything. */
export const isModuleProgram = (): boolean =>
  createRequire(join(process.cwd(), "x")).main === undefined;

/** The packages that the program says it depends on, by the `package.json` nearest to where it runs. */
export function declaredDependencies(): ReadonlySet<string> {
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    try {
      const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      return new Set(Object.keys(dependencies ?? {}));
    } catch {
      if (folder === dirname(folder)) return new Set();
    }
  }
}

function resolvedForImport(name: string): string | undefined {
  try {
    // Missing in the CommonJS build, whose programs `require`.
    return import.meta.resolve?.(name);
  } catch {
    return undefined;
  }
}
