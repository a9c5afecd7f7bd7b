// The official conformance suite of MCP, its scenarios for servers: a server gives the same verdict behind the gateway
// as without it. The suite knows nothing of tokens, so a small proxy before the gateway adds them.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { runSuite, verdictsIn } from './conformance-suite.mjs';
import { expiry, gateway } from './environment.mjs';
import { signIn } from './sign-in.mjs';

const REBINDING = 'localhost-host-rebinding-rejected';
const REDIRECT_URI = 'http://127.0.0.1:39125/callback';

test('server-everything gives the same verdicts behind the gateway', async () => {
    const direct = await verdicts(gateway.direct.everything);
    const token = await tokens(gateway.services.everything);
    const proxy = await startProxy(new URL(gateway.services.everything), token);
    let behind;
    try {
        behind = await verdicts(proxy.url);
    } finally {
        await proxy.stop();
    }

    assert.ok(direct.length > 20, `the suite made few checks: ${JSON.stringify(direct)}`);
    assert.ok(direct.some((verdict) => verdict.endsWith('SUCCESS')));
    // The gateway turns away requests for another host, whether its server does or not.
    const expected = direct.map((verdict) => (verdict === `${REBINDING} FAILURE` ? `${REBINDING} SUCCESS` : verdict));
    assert.deepEqual(behind, expected);
    console.log(`conformance: ${direct.length} verdicts are the same behind the gateway`);
});

/** What the suite says of a server. */
async function verdicts(url) {
    const results = await mkdtemp(path.join(tmpdir(), 'conformance-'));
    try {
        await runSuite(['server', '--url', url, '--output-dir', results]);
        return await verdictsIn(results);
    } finally {
        await rm(results, { recursive: true, force: true });
    }
}

/** A token that is good now, whenever it is asked for. */
async function tokens(resource) {
    const { client_id } = await json('/register', {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'none' }),
    });
    const verifier = randomBytes(32).toString('base64url');
    const query = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: REDIRECT_URI,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        resource,
    });
    const { redirect } = await signIn(`${gateway.issuer}/authorize?${query}`);
    const code = new URL(redirect).searchParams.get('code');
    let current = await redeem({
        grant_type: 'authorization_code',
        client_id,
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
    });
    let refreshing;
    return async () => {
        if (expiry(current.access_token) - Date.now() < 3000) {
            const { refresh_token } = current;
            refreshing ??= redeem({ grant_type: 'refresh_token', client_id, refresh_token });
            current = await refreshing;
            refreshing = undefined;
        }
        return current.access_token;
    };
}

function redeem(form) {
    return json('/token', { body: new URLSearchParams(form) });
}

async function json(endpoint, request) {
    const response = await fetch(`${gateway.issuer}${endpoint}`, { method: 'POST', ...request });
    const text = await response.text();
    assert.ok(response.ok, text);
    return JSON.parse(text);
}

/** Passes on what it gets, as it is, with a token. */
async function startProxy(target, token) {
    const server = http.createServer(async (request, response) => {
        const headers = { ...request.headers, authorization: `Bearer ${await token()}` };
        if (headers.host === `127.0.0.1:${server.address().port}`) {
            headers.host = target.host;
        }
        const onward = https.request(
            target,
            { method: request.method, headers, servername: target.hostname },
            (answer) => {
                response.writeHead(answer.statusCode, answer.headers);
                response.flushHeaders();
                answer.pipe(response);
                answer.once('error', () => response.destroy());
            },
        );
        onward.once('error', () => response.destroy());
        response.once('close', () => onward.destroy());
        request.pipe(onward);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    return {
        url: `http://127.0.0.1:${server.address().port}${target.pathname}`,
        stop: () => {
            server.closeAllConnections();
            return new Promise((resolve) => server.close(resolve));
        },
    };
}
