// The TypeScript SDK of MCP as a client of the gateway.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { SERVERS, expiry, followProgress, gateway, revoke, statusWith, textOf, until } from './environment.mjs';
import { MemoryOAuthClient } from './oauth-client.mjs';
import { signIn } from './sign-in.mjs';

const opened = [];
after(() => Promise.all(opened.map((client) => client.close())));

for (const { service, echo, long } of SERVERS) {
    const url = gateway.services[service];

    test(`the SDK signs in to ${service}, works, refreshes, and is refused when revoked`, async () => {
        const oauth = new MemoryOAuthClient();
        const { client, exchanges } = await signInAndConnect(url, oauth);

        const { tools } = await client.listTools();
        assert.ok(tools.some((tool) => tool.name === echo.call.name));
        assert.equal(textOf(await client.callTool(echo.call)), echo.answer);

        await followProgress((options) => client.callTool(long, undefined, options));

        await until('the event stream is open', () =>
            exchanges.some(({ method, status, type }) => method === 'GET' && status === 200 && type === 'text/event-stream'),
        );

        const first = oauth.tokens();
        await until('the access token has expired', () => Date.now() > expiry(first.access_token));
        assert.equal(await statusWith(first.access_token, url), 401);
        assert.equal(textOf(await client.callTool(echo.call)), echo.answer);
        const second = oauth.tokens();
        assert.notEqual(second.access_token, first.access_token);
        assert.notEqual(second.refresh_token, first.refresh_token);
        assert.equal(oauth.authorizationUrls.length, 1, 'a refresh needs no user');

        await revoke(second.refresh_token, oauth.clientInformation());
        assert.equal(await statusWith(second.access_token, url), 401, 'the access token ends with its grant');
        await assert.rejects(client.callTool(echo.call), UnauthorizedError);
        assert.equal(oauth.tokens(), undefined, 'the revoked refresh token got nothing');
    });
}

test('a server that speaks stdio is used through a bridge, its sessions and events included', async () => {
    const { client, exchanges } = await signInAndConnect(gateway.services.memory, new MemoryOAuthClient());
    const entities = [{ name: 'gateway', entityType: 'program', observations: ['stands in front'] }];

    await client.callTool({ name: 'create_entities', arguments: { entities } });
    const found = await client.callTool({ name: 'open_nodes', arguments: { names: ['gateway'] } });

    assert.match(textOf(found), /stands in front/);
    assert.ok(exchanges.some(({ type }) => type === 'text/event-stream'));
    assert.equal(exchanges.filter(({ status }) => status >= 400).length, 0);
});

test('the server behind the gateway learns who calls, and never sees the token', async () => {
    const { client } = await signInAndConnect(gateway.services.echo, new MemoryOAuthClient());

    const seen = JSON.parse(textOf(await client.callTool({ name: 'whoami', arguments: {} })));

    assert.deepEqual(seen.headers['X-User-Id'], ['local:alice']);
    assert.deepEqual(seen.headers['X-Scope'], ['mcp']);
    assert.equal(seen.headers['X-Client-Id'].length, 1);
    assert.equal(seen.authorizationHeader, false);
});

test('a token is good for the one server that it was issued for', async () => {
    const oauth = new MemoryOAuthClient();
    await signInAndConnect(gateway.services.echo, oauth);

    assert.equal(await statusWith(oauth.tokens().access_token, gateway.services.echo), 200);
    assert.equal(await statusWith(oauth.tokens().access_token, gateway.services.everything), 401);
});

test('the consent page names the client, where it returns to and the service, and shows markup as text', async () => {
    const oauth = new MemoryOAuthClient();
    await assertRefused(gateway.services.echo, oauth);

    const { pages } = await signIn(oauth.authorizationUrls[0]);

    assert.match(pages[0], /System test <b>client<\/b>/);
    assert.match(pages[0], /127\.0\.0\.1/);
    assert.match(pages[0], /echo/);
});

test('a user who denies sends the client away with access_denied', async () => {
    const oauth = new MemoryOAuthClient();
    await assertRefused(gateway.services.echo, oauth);

    const { redirect } = await signIn(oauth.authorizationUrls[0], { decision: 'deny' });

    const answer = new URL(redirect).searchParams;
    assert.equal(answer.get('error'), 'access_denied');
    assert.equal(answer.get('state'), 'state-1');
    assert.equal(answer.get('iss'), gateway.issuer);
    assert.equal(answer.get('code'), null);
});

/** Goes the whole way from a refused connection to an open one. */
async function signInAndConnect(url, oauth) {
    const transport = await assertRefused(url, oauth);
    const { redirect } = await signIn(oauth.authorizationUrls[0]);
    const answer = new URL(redirect).searchParams;
    assert.equal(answer.get('state'), 'state-1');
    assert.equal(answer.get('iss'), gateway.issuer);
    await transport.finishAuth(answer.get('code'));
    const exchanges = [];
    const client = newClient();
    await client.connect(newTransport(url, oauth, exchanges));
    return { client, exchanges };
}

/** The first connection: refused with 401, after which the SDK discovers, registers and asks for a browser. */
async function assertRefused(url, oauth) {
    const exchanges = [];
    const transport = newTransport(url, oauth, exchanges);
    await assert.rejects(newClient().connect(transport), UnauthorizedError);
    assert.equal(exchanges[0].status, 401);
    assert.match(exchanges[0].challenge, /^Bearer .*resource_metadata="https:/);
    assert.equal(oauth.authorizationUrls.length, 1);
    assert.equal(oauth.authorizationUrls[0].searchParams.get('resource'), url);
    return transport;
}

function newClient() {
    const client = new Client({ name: 'system-test', version: '1' });
    opened.push(client);
    return client;
}

/** Also records how the gateway answered each request. */
function newTransport(url, authProvider, exchanges) {
    return new StreamableHTTPClientTransport(new URL(url), {
        authProvider,
        fetch: async (input, init) => {
            const response = await fetch(input, init);
            exchanges.push({
                method: init?.method ?? 'GET',
                status: response.status,
                type: response.headers.get('content-type')?.split(';')[0],
                challenge: response.headers.get('www-authenticate'),
            });
            return response;
        },
    });
}
