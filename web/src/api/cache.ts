/** The cache of the server's answers. Events keep it fresh, so nothing is asked again on focus. */
import { QueryClient } from "@tanstack/react-query";

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Panes show a failure at once, with a countdown of their own.
      retry: false,
      refetchOnWindowFocus: false,
      staleTime: 30_000,
      gcTime: 5 * 60_000,
    },
  },
});
