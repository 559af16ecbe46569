"""A server of the Model Context Protocol with one tool, traced on its own; started by mcp_client."""

from mcp.server.mcpserver import MCPServer

from threadline import Laminar, observe

Laminar.initialize()
server = MCPServer("weather")


@observe(name="look it up")
def looked_up(city: str) -> str:
    return f"18 °C in {city}"


@server.tool()
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return looked_up(city)


server.run()
Laminar.shutdown()
