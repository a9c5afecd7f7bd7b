// The second generation of the TypeScript SDK, @modelcontextprotocol/client, as a client of the gateway. It speaks both
// eras of the protocol: sessions up to 2025-11-25, and since 2026-07-28 requests that stand alone.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, StreamableHTTPClientTransport, UnauthorizedError } from '@modelcontextprotocol/client';
import { SERVERS, followProgress, gateway, textOf } from './environment.mjs';
import { MemoryOAuthClient } from './oauth-client.mjs';
import { signIn } from './sign-in.mjs';

const STATELESS = '2026-07-28';
const opened = [];
after(() => Promise.all(opened.map((client) => client.close())));

for (const { service, echo, long } of SERVERS) {
    test(`the client of 2026 signs in to ${service} and works in a session`, async () => {
        const { client, requests } = await signInAndConnect(gateway.services[service], 'legacy');

        assert.equal(client.getProtocolEra(), 'legacy');
        assert.ok((await client.listTools()).tools.some((tool) => tool.name === echo.call.name));
        assert.equal(textOf(await client.callTool(echo.call)), echo.answer);
        await followProgress((options) => client.callTool(long, options));
        assert.ok(requests.some((request) => request.session), 'the session travels in a header');
    });
}

test('the client of 2026 finds out through the gateway that a server knows sessions only', async () => {
    const { service, echo } = SERVERS.find(({ service }) => service === 'everything');

    const { client, requests } = await signInAndConnect(gateway.services[service], 'auto');

    assert.equal(requests[0].mcpMethod, 'server/discover');
    assert.equal(client.getProtocolEra(), 'legacy');
    assert.equal(textOf(await client.callTool(echo.call)), echo.answer);
});

for (const mode of ['auto', { pin: STATELESS }]) {
    test(`the client of 2026 works without a session, ${JSON.stringify(mode)}`, async () => {
        const { service, echo, long } = SERVERS.find(({ service }) => service === 'echo');

        const { client, requests } = await signInAndConnect(gateway.services[service], mode);

        assert.equal(client.getNegotiatedProtocolVersion(), STATELESS);
        assert.equal(client.getServerVersion().name, 'mcp-gateway-demo');
        assert.ok((await client.listTools()).tools.some((tool) => tool.name === echo.call.name));
        assert.equal(textOf(await client.callTool(echo.call)), echo.answer);
        await followProgress((options) => client.callTool(long, options));
        const seen = JSON.parse(textOf(await client.callTool({ name: 'whoami', arguments: {} })));
        assert.deepEqual(seen.headers['X-User-Id'], ['local:alice']);
        assert.equal(seen.authorizationHeader, false);
        const sent = requests.map(({ method, status, session, version, mcpMethod, mcpName }) =>
            [method, status, session, version, mcpMethod, mcpName].join(' '),
        );
        assert.deepEqual(sent, [
            `POST 200  ${STATELESS} server/discover `,
            `POST 200  ${STATELESS} tools/list `,
            `POST 200  ${STATELESS} tools/call echo`,
            `POST 200  ${STATELESS} tools/call count`,
            `POST 200  ${STATELESS} tools/call whoami`,
        ]);
    });
}

test('a call whose headers differ from its body is refused by the server, and the gateway passes that on', async () => {
    const { token } = await signInAndConnect(gateway.services.echo, { pin: STATELESS });
    const call = async (name) => {
        const response = await fetch(gateway.services.echo, {
            method: 'POST',
            headers: {
                authorization: `Bearer ${token}`,
                accept: 'application/json, text/event-stream',
                'content-type': 'application/json',
                'mcp-protocol-version': STATELESS,
                'mcp-method': 'tools/call',
                'mcp-name': name,
            },
            body: JSON.stringify({
                jsonrpc: '2.0',
                id: 1,
                method: 'tools/call',
                params: {
                    name: 'echo',
                    arguments: { text: 'hello' },
                    _meta: {
                        'io.modelcontextprotocol/protocolVersion': STATELESS,
                        'io.modelcontextprotocol/clientCapabilities': {},
                    },
                },
            }),
        });
        return { status: response.status, code: (await response.json()).error?.code };
    };

    assert.deepEqual(await call('whoami'), { status: 400, code: -32020 });
    assert.deepEqual(await call('echo'), { status: 200, code: undefined });
});

async function signInAndConnect(url, mode) {
    const oauth = new MemoryOAuthClient();
    const first = newTransport(url, oauth);
    await assert.rejects(newClient(mode).connect(first), UnauthorizedError);
    assert.equal(oauth.authorizationUrls.length, 1);
    assert.equal(oauth.authorizationUrls[0].searchParams.get('resource'), url);
    const { redirect } = await signIn(oauth.authorizationUrls[0]);
    await first.finishAuth(new URL(redirect).searchParams); // checks who answered (RFC 9207)
    const requests = [];
    const client = newClient(mode);
    await client.connect(newTransport(url, oauth, requests));
    return { client, requests, token: oauth.tokens().access_token };
}

function newClient(mode) {
    const client = new Client({ name: 'system-test', version: '1' }, { versionNegotiation: { mode } });
    opened.push(client);
    return client;
}

/** Also records what the client sends. */
function newTransport(url, authProvider, requests = []) {
    return new StreamableHTTPClientTransport(new URL(url), {
        authProvider,
        fetch: async (input, init) => {
            const headers = new Headers(init?.headers);
            const method = init?.method ?? 'GET';
            const response = await fetch(input, init);
            requests.push({
                method,
                status: response.status,
                session: headers.get('mcp-session-id'),
                version: headers.get('mcp-protocol-version'),
                mcpMethod: headers.get('mcp-method'),
                mcpName: headers.get('mcp-name'),
            });
            return response;
        },
    });
}
