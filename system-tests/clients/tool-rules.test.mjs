// Rules about tools are decided by the headers of a request. They hold because servers refuse a request whose body says
// something else: here the servers that people build with the official SDKs.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { McpServer as FormerServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';

const VERSION = '2026-07-28';
const INFO = { name: 'tools', version: '1' };

/** Calls a tool, and says in the headers what the gateway decides by. */
function call(tool, headers) {
    return {
        method: 'POST',
        headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            'mcp-protocol-version': VERSION,
            'mcp-method': 'tools/call',
            'mcp-name': tool,
            ...headers,
        },
        body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'tools/call',
            params: {
                name: tool,
                arguments: {},
                _meta: {
                    'io.modelcontextprotocol/protocolVersion': VERSION,
                    'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
                    'io.modelcontextprotocol/clientCapabilities': {},
                },
            },
        }),
    };
}

const LIES = [
    ['another tool', { 'mcp-name': 'open' }],
    ['another method', { 'mcp-method': 'tools/list' }],
];

/** Two tools, and which were called. */
function tools(Server) {
    const called = [];
    const create = () => {
        const server = new Server(INFO);
        for (const name of ['open', 'closed']) {
            server.registerTool(name, { description: name }, async () => {
                called.push(name);
                return { content: [{ type: 'text', text: name }] };
            });
        }
        return server;
    };
    return { create, called };
}

test('a server of the new SDK runs a tool that the headers name, and no other', async () => {
    const { create, called } = tools(McpServer);
    const handler = createMcpHandler(create);
    const ask = (request) => handler.fetch(new Request('http://127.0.0.1/mcp', request));

    const answer = await ask(call('closed'));
    assert.equal(answer.status, 200, await answer.clone().text());
    await answer.text();
    assert.deepEqual(called, ['closed'], 'it runs what headers and body name');
    for (const [what, headers] of LIES) {
        const refused = await ask(call('closed', headers));
        await refused.text();
        assert.equal(refused.status, 400, what);
    }
    assert.deepEqual(called, ['closed']);
});

test('a server of the former SDK does not speak the version that the gateway insists on', async () => {
    const { create, called } = tools(FormerServer);
    const http = createServer(async (request, response) => {
        const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
        await create().connect(transport);
        await transport.handleRequest(request, response);
    });
    await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
    try {
        const url = `http://127.0.0.1:${http.address().port}/mcp`;
        const former = await fetch(url, call('closed', { 'mcp-protocol-version': '2025-11-25' }));
        assert.equal(former.status, 200, await former.clone().text());
        await former.text();
        assert.deepEqual(called, ['closed'], 'it runs tools of its own versions, whatever the headers say');

        for (const [what, headers] of [...LIES, ['the truth', {}]]) {
            const refused = await fetch(url, call('closed', headers));
            await refused.text();
            assert.equal(refused.status, 400, what);
        }
        assert.deepEqual(called, ['closed']);
    } finally {
        http.closeAllConnections();
        http.close();
    }
});
