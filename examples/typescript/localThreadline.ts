// Says where the programs of this folder send their traces: to a server here, or where the environment says.
const { env } = process;

export const localThreadline = {
  // A server in open mode takes any key.
  projectApiKey: env.LMNR_PROJECT_API_KEY ?? "any-text",
  baseUrl: env.LMNR_BASE_URL ?? "http://localhost",
  httpPort: Number(env.THREADLINE_PORT ?? 8000),
  grpcPort: Number(env.THREADLINE_GRPC_PORT ?? 8001),
  // For the official SDKs, whose default is gRPC; Threadline's send over HTTP.
  forceHttp: (env.OTEL_EXPORTER_OTLP_PROTOCOL ?? "grpc") !== "grpc",
};
