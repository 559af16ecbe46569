/** Lists the packages whose calls can be traced, each with what traces them. */

import type { CallResource } from "./failedCalls.js";
import { LANGCHAIN } from "./langchain.js";

/** Modules of the program to trace, by the keys that the official SDK knows too. */
export interface InstrumentModules {
  /** `import OpenAI from "openai"`: the class, or the whole module. */
  OpenAI?: unknown;
  /** Another spelling of `OpenAI`. */
  openAI?: unknown;
  /** `import Anthropic from "@anthropic-ai/sdk"`: the class, or the whole module. */
  anthropic?: unknown;
  /** `import * as bedrock from "@aws-sdk/client-bedrock-runtime"`. */
  bedrock?: unknown;
  /** `import * as cohere from "cohere-ai"`. */
  cohere?: unknown;
  /** `import { Together } from "together-ai"`. */
  together?: unknown;
  /** `import * as callbackManagerModule from "@langchain/core/callbacks/manager"`. */
  langchain?: { callbackManagerModule?: unknown };
  /** `import * as llamaindex from "llamaindex"`. */
  llamaIndex?: unknown;
  /** `import * as pinecone from "@pinecone-database/pinecone"`. */
  pinecone?: unknown;
  /** `import * as chromadb from "chromadb"`. */
  chromadb?: unknown;
  /** `import * as qdrant from "@qdrant/js-client-rest"`. */
  qdrant?: unknown;
  /** Modules of `@modelcontextprotocol/sdk`, such as `{ clientStdioModule, serverStdioModule }`. */
  mcp?: Readonly<Record<string, unknown>>;
  /** Accepted and without effect: no instrumentation of it is well kept. */
  google_genai?: unknown;
  /** Accepted and without effect: no instrumentation of it is well kept. */
  openAIAgents?: unknown;
  /** Accepted and without effect: no instrumentation of it is well kept. */
  claudeAgentSDK?: unknown;
  /** Accepted and without effect. */
  azureOpenAI?: unknown;
  /** Accepted and without effect: browsers are not recorded. */
  playwright?: unknown;
  /** Accepted and without effect: browsers are not recorded. */
  puppeteer?: unknown;
  /** Accepted and without effect: browsers are not recorded. */
  stagehand?: unknown;
  /** Accepted and without effect. */
  kernel?: unknown;
  /** Accepted and without effect. */
  opencode?: unknown;
  /** Accepted and without effect: use `Laminar.inject` and `Laminar.extract` in interceptors. */
  temporal?: unknown;
}

/** One row: a package, and the OpenTelemetry instrumentation that traces its calls. */
export interface Instrumentation {
  /** The package's name for people. */
  readonly name: string;
  /** Its keys in `instrumentModules`. */
  readonly keys: readonly (keyof InstrumentModules)[];
  /** The package that the program installs. */
  readonly target: string;
  /** What the program imports of it, where that is not the package itself. */
  readonly entry?: string;
  /** The package of the instrumentation, and the class in it. */
  readonly instrumentation: string;
  readonly className: string;
  /** Turns what `instrumentModules` holds into what the instrumentation takes. */
  readonly module?: (given: unknown) => unknown;
  /** Whether it is a client of models, which a framework may call. */
  readonly isClient?: boolean;
  /** Gives the classes of a module whose `create` makes a call that has to be watched for failures. */
  readonly calls?: (module: never) => readonly (CallResource | undefined)[];
  /** Other instrumentations of the same package: where one is installed, advice would be noise. */
  readonly rivals?: readonly string[];
}

type Call = CallResource | undefined;
interface OpenAIModule {
  OpenAI: {
    Chat?: { Completions?: Call };
    Completions?: Call;
    Embeddings?: Call;
    Responses?: Call;
  };
}
interface AnthropicModule {
  default?: AnthropicModule;
  Messages?: Call;
  Beta?: { Messages?: Call };
}

const OPENINFERENCE = "@arizeai/openinference-instrumentation";
const TRACELOOP = "@traceloop/instrumentation";

export const TABLE: readonly Instrumentation[] = [
  {
    name: "OpenAI",
    keys: ["OpenAI", "openAI"],
    target: "openai",
    instrumentation: `${OPENINFERENCE}-openai`,
    className: "OpenAIInstrumentation",
    isClient: true,
    module: (given) => (has(given, "OpenAI") ? given : { OpenAI: given }),
    calls: ({ OpenAI: { Chat, Completions, Embeddings, Responses } }: OpenAIModule) => [
      Chat?.Completions,
      Completions,
      Embeddings,
      Responses,
    ],
    rivals: [
      "@opentelemetry/instrumentation-openai",
      "@elastic/opentelemetry-instrumentation-openai",
      `${TRACELOOP}-openai`,
    ],
  },
  {
    name: "Anthropic",
    keys: ["anthropic"],
    target: "@anthropic-ai/sdk",
    instrumentation: `${OPENINFERENCE}-anthropic`,
    className: "AnthropicInstrumentation",
    isClient: true,
    calls: (module: AnthropicModule) => {
      const { Messages, Beta } = module.default ?? module;
      return [Messages, Beta?.Messages];
    },
    rivals: [`${TRACELOOP}-anthropic`],
  },
  {
    name: "Amazon Bedrock",
    keys: ["bedrock"],
    target: "@aws-sdk/client-bedrock-runtime",
    instrumentation: `${OPENINFERENCE}-bedrock`,
    className: "BedrockInstrumentation",
    isClient: true,
    rivals: [`${TRACELOOP}-bedrock`, "@opentelemetry/instrumentation-aws-sdk"],
  },
  {
    name: "LangChain",
    keys: ["langchain"],
    target: "@langchain/core",
    entry: "@langchain/core/callbacks/manager",
    instrumentation: LANGCHAIN,
    className: "LangChainInstrumentation",
    module: (given) => (has(given, "callbackManagerModule") ? given.callbackManagerModule : given),
    rivals: [`${TRACELOOP}-langchain`],
  },
  {
    name: "Cohere",
    keys: ["cohere"],
    target: "cohere-ai",
    instrumentation: `${TRACELOOP}-cohere`,
    className: "CohereInstrumentation",
    isClient: true,
  },
  {
    name: "Together",
    keys: ["together"],
    target: "together-ai",
    instrumentation: `${TRACELOOP}-together`,
    className: "TogetherInstrumentation",
    isClient: true,
    module: (given) => (has(given, "Together") ? given.Together : given),
  },
  {
    name: "LlamaIndex",
    keys: ["llamaIndex"],
    target: "llamaindex",
    instrumentation: `${TRACELOOP}-llamaindex`,
    className: "LlamaIndexInstrumentation",
  },
  {
    name: "Pinecone",
    keys: ["pinecone"],
    target: "@pinecone-database/pinecone",
    instrumentation: `${TRACELOOP}-pinecone`,
    className: "PineconeInstrumentation",
  },
  {
    name: "Chroma",
    keys: ["chromadb"],
    target: "chromadb",
    instrumentation: `${TRACELOOP}-chromadb`,
    className: "ChromaDBInstrumentation",
  },
  {
    name: "Qdrant",
    keys: ["qdrant"],
    target: "@qdrant/js-client-rest",
    instrumentation: `${TRACELOOP}-qdrant`,
    className: "QdrantInstrumentation",
  },
  {
    name: "MCP",
    keys: ["mcp"],
    target: "@modelcontextprotocol/sdk",
    // No one module stands for all of it: without names its own hook sees those that are required.
    entry: "@modelcontextprotocol/sdk/client/index.js",
    instrumentation: `${OPENINFERENCE}-mcp`,
    className: "MCPInstrumentation",
    rivals: [`${TRACELOOP}-mcp`],
  },
];

function has<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return Object(value)[key] !== undefined;
}
