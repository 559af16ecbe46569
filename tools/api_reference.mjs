// Turn the exports of the TypeScript SDK into JSON: names, signatures, and what their comments say.
// Usage: node api_reference.mjs PACKAGE_FOLDER ENTRY [ENTRY ...]
import { createRequire } from "node:module";
import path from "node:path";

const [given, ...entries] = process.argv.slice(2);
const folder = path.resolve(given);
const ts = createRequire(path.join(folder, "package.json"))("typescript");
const configuration = ts.getParsedCommandLineOfConfigFile(path.join(folder, "tsconfig.json"), {}, {
  ...ts.sys,
  onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
    throw new Error(ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
  },
});
const files = entries.map((entry) => path.join(folder, entry));
const program = ts.createProgram(files, configuration.options);
const checker = program.getTypeChecker();

/** The text of a declaration without its body, its comment and what makes it a statement. */
function signature(node) {
  const { body } = node;
  const text = node.getSourceFile().text.slice(node.getStart(), body ? body.pos : node.getEnd());
  return text
    .replace(/^export (declare )?/, "")
    .replace(/^(async |static |readonly )+/, (words) => (words.includes("readonly") ? "readonly " : ""))
    .trim();
}

/** What a comment says: text, and tags with the name that each is about. */
function comment(symbol) {
  const tags = symbol.getJsDocTags(checker).map((tag) => {
    const parts = tag.text ?? [];
    const name = parts.find((part) => part.kind === "parameterName")?.text ?? null;
    const text = ts.displayPartsToString(parts.filter((part) => part.kind !== "parameterName"));
    return { tag: tag.name, name, text: text.replace(/^[\s-]+/, "") };
  });
  return { text: ts.displayPartsToString(symbol.getDocumentationComment(checker)), tags };
}

/** Private, protected and `@internal` members are not for programs. */
function isHidden(node) {
  const flags = ts.getCombinedModifierFlags(node);
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  const internal = ts.getJSDocTags(node).some((tag) => tag.tagName.text === "internal");
  return Boolean(flags & hidden) || ts.isPrivateIdentifier(node.name ?? node) || internal;
}

/** The members of a class, an interface or an enum, in the order in which they are written. */
function members(node) {
  return (node.members ?? [])
    .filter((member) => member.name !== undefined && !isHidden(member))
    .map((member) => ({
      name: member.name.getText(),
      static: Boolean(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static),
      signature: signature(member).replace(/;$/, ""),
      comment: comment(checker.getSymbolAtLocation(member.name)),
    }));
}

const KINDS = new Map([
  [ts.SyntaxKind.ClassDeclaration, "class"],
  [ts.SyntaxKind.InterfaceDeclaration, "interface"],
  [ts.SyntaxKind.EnumDeclaration, "enum"],
  [ts.SyntaxKind.FunctionDeclaration, "function"],
  [ts.SyntaxKind.TypeAliasDeclaration, "type"],
  [ts.SyntaxKind.VariableDeclaration, "constant"],
]);

function described(exported) {
  const isAlias = exported.flags & ts.SymbolFlags.Alias;
  const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
  const [node] = symbol.declarations ?? [];
  const kind = node && KINDS.get(node.kind);
  // What another package declares is described there.
  if (kind === undefined || node.getSourceFile().fileName.includes("node_modules")) return [];
  const isWhole = kind === "type" || kind === "function" || kind === "constant";
  return [
    {
      name: exported.name,
      kind,
      signature: isWhole ? signature(node) : "",
      comment: comment(symbol),
      members: members(node),
    },
  ];
}

const modules = Object.fromEntries(
  entries.map((entry, index) => {
    const source = program.getSourceFile(files[index]);
    const exports = checker.getExportsOfModule(checker.getSymbolAtLocation(source));
    return [entry, exports.flatMap(described)];
  }),
);
process.stdout.write(JSON.stringify(modules, null, 1));
