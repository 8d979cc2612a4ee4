"""Calls an MCP server over standard input and output with the official client. usage: mcp_client.py COMMAND..."""

import asyncio
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client


async def main():
    server = StdioServerParameters(command=sys.argv[1], args=sys.argv[2:])
    async with stdio_client(server) as streams, ClientSession(*streams) as session:
        about = await session.initialize()
        tools = [tool.name for tool in (await session.list_tools()).tools]
        reply = await session.call_tool("list_domains", {})
        assert not reply.isError, reply
        print(f"MCP: {about.serverInfo.name} {about.serverInfo.version}, {len(tools)} tools, list_domains answers")


asyncio.run(main())
