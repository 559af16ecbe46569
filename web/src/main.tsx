/** Starts the app in #app. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { queryClient } from "./api/cache";
import { router } from "./router";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./components/popover.css";

const root = document.getElementById("app");
if (!root) throw new Error("the page has no #app");
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
