// What the test files share: the gateway that run.mjs started, and questions about it.

import assert from 'node:assert/strict';

/** What the quick start says of itself: issuer, services, ca, https, http; and `direct`, the addresses of servers behind it. */
export const gateway = JSON.parse(process.env.GATEWAY ?? fail('start the tests with ../run-clients'));

/** What differs between the servers behind the gateway, and is the same test otherwise. */
export const SERVERS = [
    {
        service: 'echo',
        echo: { call: { name: 'echo', arguments: { text: 'hello' } }, answer: 'hello' },
        long: { name: 'count', arguments: { n: 4, intervalMillis: 100 } },
    },
    {
        service: 'everything',
        echo: { call: { name: 'echo', arguments: { message: 'hello' } }, answer: 'Echo: hello' },
        long: { name: 'trigger-long-running-operation', arguments: { duration: 0.4, steps: 4 } },
    },
];

export async function authorizationServer() {
    const response = await fetch(new URL('/.well-known/oauth-authorization-server', gateway.issuer));
    assert.equal(response.status, 200);
    return response.json();
}

/** Revokes a token as the client that it was issued to. */
export async function revoke(token, client) {
    const { revocation_endpoint } = await authorizationServer();
    const { client_id, client_secret } = client;
    const response = await fetch(revocation_endpoint, {
        method: 'POST',
        body: new URLSearchParams({ token, client_id, ...(client_secret && { client_secret }) }),
    });
    assert.equal(response.status, 200, await response.text());
}

/** Asks the resource with a token and tells what it answers: 401 where it is not taken. */
export async function statusWith(accessToken, url) {
    const response = await fetch(url, {
        method: 'POST',
        headers: {
            'content-type': 'application/json',
            accept: 'application/json, text/event-stream',
            ...(accessToken && { authorization: `Bearer ${accessToken}` }),
        },
        body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'initialize',
            params: {
                protocolVersion: '2025-06-18',
                capabilities: {},
                clientInfo: { name: 'status', version: '1' },
            },
        }),
    });
    await response.body?.cancel();
    return response.status;
}

/** When a JWT expires, in milliseconds since 1970. */
export function expiry(jwt) {
    return JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url')).exp * 1000;
}

/** Waits until `condition` holds, or fails with `what` when it takes too long. */
export async function until(what, condition, timeoutMillis = 15_000) {
    const deadline = Date.now() + timeoutMillis;
    while (!(await condition())) {
        assert.ok(Date.now() < deadline, `waited ${timeoutMillis} ms until ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
    }
}

/**
 * Calls a tool that takes four steps of 100 ms, and checks that the client hears of each when it happens.
 *
 * @param call makes the call with the options that it is given
 */
export async function followProgress(call) {
    const heard = [];
    await call({ onprogress: ({ progress }) => heard.push({ progress, at: Date.now() }) });
    // The SDK drops the last notification where the result comes in the same read, so it may be missing.
    assert.deepEqual(heard.slice(0, 3).map(({ progress }) => progress), [1, 2, 3]);
    assert.ok(Date.now() - heard[0].at > 100, 'progress is heard while the tool works, not with its result');
}

export function textOf(result) {
    assert.notEqual(result.isError, true, JSON.stringify(result));
    return result.content[0].text;
}

function fail(message) {
    throw new Error(message);
}
