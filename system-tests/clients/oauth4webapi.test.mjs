// oauth4webapi as a client of the authorization server: a library that takes nothing that the RFCs do not allow. It has
// switches for servers that deviate; none is used here.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { expiry, gateway, statusWith, until } from './environment.mjs';
import { signIn } from './sign-in.mjs';

const REDIRECT_URI = 'http://127.0.0.1:39124/callback';
const ISSUER = new URL(gateway.issuer);
const ECHO = new URL(gateway.services.echo);
const PING = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });

/** The key of the clients that have one. */
const KEY = await oauth.generateKeyPair('ES256', { extractable: true });
const JWK = await crypto.subtle.exportKey('jwk', KEY.publicKey);

/** How clients say who they are. */
const AUTHENTICATION = {
    none: () => oauth.None(),
    client_secret_basic: (secret) => oauth.ClientSecretBasic(secret),
    client_secret_post: (secret) => oauth.ClientSecretPost(secret),
    private_key_jwt: () => oauth.PrivateKeyJwt(KEY.privateKey),
};

const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code';

for (const algorithm of ['oauth2', 'oidc']) {
    test(`the authorization server is discovered in the way of ${algorithm}`, async () => {
        const as = await discover(ISSUER, algorithm);

        assert.equal(as.issuer, gateway.issuer);
        assert.deepEqual(as.code_challenge_methods_supported, ['S256']);
        assert.equal(as.authorization_response_iss_parameter_supported, true);
        for (const [name, value] of Object.entries(as).filter(([key]) => /_(endpoint|uri)$/.test(key))) {
            assert.equal(new URL(value).protocol, 'https:', name);
        }
    });
}

for (const [service, url] of Object.entries(gateway.services)) {
    test(`the resource ${service} names the authorization server`, async () => {
        const response = await oauth.resourceDiscoveryRequest(new URL(url));
        const resource = await oauth.processResourceDiscoveryResponse(new URL(url), response);

        assert.equal(resource.resource, url);
        assert.deepEqual(resource.authorization_servers, [gateway.issuer]);
        assert.deepEqual(resource.bearer_methods_supported, ['header']);
    });
}

for (const method of Object.keys(AUTHENTICATION)) {
    for (const pushed of [false, true]) {
        test(`a ${method} client gets, uses, refreshes and revokes a token${pushed ? ', pushed' : ''}`, async () => {
            const strict = await StrictClient.register(method);
            const first = await strict.authorize({ pushed });
            assert.equal(first.token_type, 'bearer');
            assert.equal(first.scope, 'mcp');

            const claims = await strict.validate(first.access_token);
            assert.equal(claims.client_id, strict.client.client_id);
            assert.equal(claims.sub, 'local:alice');
            assert.equal(claims.exp - claims.iat, first.expires_in);

            const answer = await ask(first.access_token);
            assert.equal(answer.status, 400, 'the server is reached: it wants a session');

            const second = await strict.refresh(first.refresh_token);
            assert.notEqual(second.refresh_token, first.refresh_token);
            assert.notEqual((await strict.validate(second.access_token)).jti, claims.jti);

            await strict.revoke(second.refresh_token);
            await assert.rejects(ask(second.access_token), isChallenge(401, { error: 'invalid_token' }));
            await assert.rejects(strict.refresh(second.refresh_token), isError(400, 'invalid_grant'));
            await strict.revoke('no-such-token'); // RFC 7009, section 2.2: not an error
        });
    }
}

test('an access token can be revoked by itself', async () => {
    const strict = await StrictClient.register('none');
    const { access_token } = await strict.authorize();

    await strict.revoke(access_token);

    await assert.rejects(ask(access_token), isChallenge(401, { error: 'invalid_token' }));
});

test('a resource that is asked without a token says so in a challenge, without an error', async () => {
    const response = await fetch(ECHO, { method: 'POST', body: PING });
    assert.equal(response.status, 401);
    const header = response.headers.get('www-authenticate');

    assert.match(header, /^Bearer /);
    assert.doesNotMatch(header, /error/);
});

test('a challenge leads to the metadata of the resource', async () => {
    const challenge = await ask('no-token').then(assert.fail, (error) => error);

    assert.ok(isChallenge(401, { error: 'invalid_token', scope: 'mcp' })(challenge));
    const response = await fetch(challenge.cause[0].parameters.resource_metadata);
    const resource = await oauth.processResourceDiscoveryResponse(ECHO, response);
    assert.deepEqual(resource.authorization_servers, [gateway.issuer]);
});

test('an access token that has expired gets a challenge', async () => {
    const strict = await StrictClient.register('none');
    const { access_token } = await strict.authorize();
    await until('the access token has expired', () => Date.now() > expiry(access_token));

    await assert.rejects(ask(access_token), isChallenge(401, { error: 'invalid_token' }));
    await assert.rejects(strict.validate(access_token), { code: oauth.JWT_TIMESTAMP_CHECK });
});

test('an access token is for one resource', async () => {
    const strict = await StrictClient.register('none');
    const { access_token } = await strict.authorize();

    await assert.rejects(strict.validate(access_token, gateway.services.everything), {
        code: oauth.JWT_CLAIM_COMPARISON,
    });
    assert.equal(await statusWith(access_token, gateway.services.everything), 401);
});

test('a person who denies is told to the client, with state and issuer', async () => {
    const strict = await StrictClient.register('none');

    for (const pushed of [false, true]) {
        await assert.rejects(strict.authorize({ pushed, decision: 'deny' }), isDenial('access_denied'));
    }
});

test('a request for a scope or a resource that is unknown is answered at the redirect URI, or where it is pushed', async () => {
    const strict = await StrictClient.register('none');

    for (const [wrong, error] of [
        [{ scope: 'nonsense' }, 'invalid_scope'],
        [{ resource: 'https://elsewhere.example/mcp' }, 'invalid_target'],
    ]) {
        await assert.rejects(strict.authorize({ parameters: wrong }), isDenial(error));
        await assert.rejects(strict.authorize({ pushed: true, parameters: wrong }), isError(400, error));
    }
});

test('a code is good once and only with its verifier', async () => {
    const strict = await StrictClient.register('none');
    const stolen = await strict.requestCode();
    await assert.rejects(
        strict.exchange({ ...stolen, verifier: oauth.generateRandomCodeVerifier() }),
        isError(400, 'invalid_grant'),
    );

    const used = await strict.requestCode();
    const { access_token } = await strict.exchange(used);
    await assert.rejects(strict.exchange(used), isError(400, 'invalid_grant'));
    await assert.rejects(ask(access_token), isChallenge(401, { error: 'invalid_token' }), 'its tokens are revoked');
});

test('a pushed request is for the client that pushed it', async () => {
    const strict = await StrictClient.register('none');
    const other = await StrictClient.register('none');
    const pushed = await strict.request({ pushed: true });

    const forged = new URL(pushed.url);
    forged.searchParams.set('client_id', other.client.client_id);
    const response = await fetch(forged, { redirect: 'manual' });

    assert.equal(response.status, 400);
    assert.equal(response.headers.get('location'), null);
    await strict.exchange(await strict.answer(pushed));
});

test('a grant stays with its client and its scope, and there is no other kind of grant', async () => {
    const strict = await StrictClient.register('client_secret_basic');
    const other = await StrictClient.register('client_secret_basic');
    const { refresh_token } = await strict.authorize();

    await assert.rejects(other.refresh(refresh_token), isError(400, 'invalid_grant'));
    await other.revoke(refresh_token).catch(isError(400, 'invalid_grant')); // refused or ignored, it does nothing
    await assert.rejects(strict.refresh(refresh_token, { scope: 'mcp more' }), isError(400, 'invalid_scope'));
    await strict.refresh(refresh_token);
    const response = await oauth.clientCredentialsGrantRequest(strict.as, strict.client, strict.authentication, {});
    await assert.rejects(
        oauth.processClientCredentialsResponse(strict.as, strict.client, response),
        isError(400, 'unauthorized_client'),
    );
});

for (const method of ['client_secret_basic', 'client_secret_post']) {
    test(`a wrong secret of a ${method} client is refused at every endpoint`, async () => {
        const strict = await StrictClient.register(method);
        const { refresh_token } = await strict.authorize();

        const wrong = strict.withSecret('wrong');

        // RFC 6749, section 5.2: who came with the Authorization header is answered with a challenge of that scheme.
        const refused =
            method === 'client_secret_basic'
                ? (error) => isChallenge(401, {}, 'basic')(error)
                : (error) => isError(401, 'invalid_client')(error);
        await assert.rejects(wrong.push(), refused);
        await assert.rejects(wrong.refresh(refresh_token), refused);
        await assert.rejects(wrong.revoke(refresh_token), refused);
        await strict.refresh(refresh_token);
    });
}

test('a way of authentication that is not the client\'s own is refused, not ignored', async () => {
    const strict = await StrictClient.register('none');
    const { refresh_token } = await strict.authorize();
    const { privateKey } = await oauth.generateKeyPair('ES256');
    strict.authentication = oauth.PrivateKeyJwt(privateKey);

    await assert.rejects(strict.push(), isError(401, 'invalid_client'));
    await assert.rejects(strict.refresh(refresh_token), isError(401, 'invalid_client'));
    await assert.rejects(strict.revoke(refresh_token), isError(401, 'invalid_client'));
});

test('a client that can prove who it is asks about its own tokens', async () => {
    for (const method of ['client_secret_basic', 'private_key_jwt']) {
        const strict = await StrictClient.register(method);
        const { access_token } = await strict.authorize();

        const { active, sub, aud, scope } = await strict.introspect(access_token);
        assert.deepEqual({ active, sub, aud, scope }, { active: true, sub: 'local:alice', aud: ECHO.href, scope: 'mcp' });
        await strict.revoke(access_token);
        assert.deepEqual(await strict.introspect(access_token), { active: false });
    }
    const open = await StrictClient.register('none');
    await assert.rejects(open.introspect('no-such-token'), isError(401, 'invalid_client'));
});

test('a device waits for its person, and learns that they said no', async () => {
    const strict = await StrictClient.register('none', { grant_types: [DEVICE_CODE], response_types: [] });
    const device = await strict.beginDevice();

    assert.match(device.user_code, /^[A-Z]{4}-[A-Z]{4}$/);
    await assert.rejects(strict.pollDevice(device), isError(400, 'authorization_pending'));
    const form = (values) => ({ method: 'POST', body: new URLSearchParams(values) });
    const page = await fetch(device.verification_uri, form({ user_code: device.user_code }));
    const cookie = page.headers.get('set-cookie').split(';')[0];
    const [, request] = (await page.text()).match(/name="request" value="([^"]+)"/);
    await fetch(new URL('/consent', ISSUER), { ...form({ request, decision: 'deny' }), headers: { cookie } });
    await assert.rejects(strict.pollDevice(device), isError(400, 'access_denied'));
});

test('registrations that are no good are refused', async () => {
    const as = await discover();
    for (const [metadata, error] of [
        [{ redirect_uris: ['http://example.org/callback'] }, 'invalid_redirect_uri'],
        [{ redirect_uris: [] }, 'invalid_redirect_uri'],
        [{ redirect_uris: [REDIRECT_URI], token_endpoint_auth_method: 'tls_client_auth' }, 'invalid_client_metadata'],
    ]) {
        const response = await oauth.dynamicClientRegistrationRequest(as, metadata);
        await assert.rejects(oauth.processDynamicClientRegistrationResponse(response), isError(400, error));
    }
});

test('a client reads its registration and ends it with all its grants', async () => {
    const strict = await StrictClient.register('client_secret_basic');
    const { registration_client_uri, registration_access_token, client_id, client_secret } = strict.client;
    const { access_token, refresh_token } = await strict.authorize();
    const manage = (method) =>
        fetch(registration_client_uri, {
            method,
            headers: { accept: 'application/json', authorization: `Bearer ${registration_access_token}` },
        });

    const read = await manage('GET');
    assert.equal(read.status, 200);
    assertNotStored(read);
    const registration = await read.json();
    assert.equal(registration.client_id, client_id);
    assert.equal(registration.registration_client_uri, registration_client_uri);
    assert.deepEqual(registration.redirect_uris, [REDIRECT_URI]);
    if (registration.client_secret !== undefined) {
        assert.equal(registration.client_secret, client_secret);
    }

    const deleted = await manage('DELETE');
    assert.equal(deleted.status, 204);
    assert.equal(await deleted.text(), '');

    await assert.rejects(ask(access_token), isChallenge(401, { error: 'invalid_token' }));
    await assert.rejects(strict.refresh(refresh_token), isChallenge(401, {}, 'basic'));
    const gone = await manage('GET');
    assert.equal(gone.status, 401);
    assert.match(gone.headers.get('www-authenticate'), /^Bearer error="invalid_token"/);
});

/** A registered client, and each request it can make. What an answer lacks for the library's taste is thrown. */
class StrictClient {
    static async register(method, metadata) {
        const as = await discover();
        const response = await oauth.dynamicClientRegistrationRequest(as, {
            client_name: `Strict ${method}`,
            redirect_uris: [REDIRECT_URI],
            grant_types: ['authorization_code', 'refresh_token'],
            response_types: ['code'],
            token_endpoint_auth_method: method,
            ...(method === 'private_key_jwt' && { jwks: { keys: [JWK] } }),
            ...metadata,
        });
        assertNotStored(response);
        const client = await oauth.processDynamicClientRegistrationResponse(response);
        assert.equal(client.token_endpoint_auth_method, method);
        assert.equal(client.client_secret === undefined, !method.startsWith('client_secret'));
        return new StrictClient(as, client);
    }

    constructor(as, client) {
        this.as = as;
        this.client = client;
        this.authentication = AUTHENTICATION[client.token_endpoint_auth_method](client.client_secret);
    }

    withSecret(client_secret) {
        return new StrictClient(this.as, { ...this.client, client_secret });
    }

    /** From the request to the tokens. */
    async authorize(options) {
        return this.exchange(await this.requestCode(options));
    }

    /** From the request to the answer at the redirect URI. */
    async requestCode({ decision, ...options } = {}) {
        return this.answer(await this.request(options), decision);
    }

    /** What a browser is to open. */
    async request({ pushed = false, parameters } = {}) {
        const verifier = oauth.generateRandomCodeVerifier();
        const state = oauth.generateRandomState();
        const { client_id } = this.client;
        const request = {
            client_id,
            response_type: 'code',
            redirect_uri: REDIRECT_URI,
            scope: 'mcp',
            resource: ECHO.href,
            state,
            code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
            code_challenge_method: 'S256',
            ...parameters,
        };
        const url = new URL(this.as.authorization_endpoint);
        const sent = pushed ? { client_id, request_uri: await this.push(request) } : request;
        Object.entries(sent).forEach(([name, value]) => url.searchParams.set(name, value));
        return { url, verifier, state };
    }

    /** Opens it as a browser, and decides. */
    async answer({ url, verifier, state }, decision) {
        const { redirect } = await signIn(url, { decision, redirectUri: REDIRECT_URI });
        return { verifier, answer: oauth.validateAuthResponse(this.as, this.client, new URL(redirect), state) };
    }

    async push(request = {}) {
        const response = await oauth.pushedAuthorizationRequest(this.as, this.client, this.authentication, request);
        assertNotStored(response);
        const { request_uri } = await oauth.processPushedAuthorizationResponse(this.as, this.client, response);
        return request_uri;
    }

    async exchange({ answer, verifier }) {
        const response = await oauth.authorizationCodeGrantRequest(
            ...[this.as, this.client, this.authentication, answer, REDIRECT_URI, verifier],
            { additionalParameters: { resource: ECHO.href } },
        );
        assertNotStored(response);
        return oauth.processAuthorizationCodeResponse(this.as, this.client, response);
    }

    async refresh(refreshToken, parameters) {
        const response = await oauth.refreshTokenGrantRequest(
            ...[this.as, this.client, this.authentication, refreshToken],
            { additionalParameters: { resource: ECHO.href, ...parameters } },
        );
        assertNotStored(response);
        return oauth.processRefreshTokenResponse(this.as, this.client, response);
    }

    async revoke(token) {
        const response = await oauth.revocationRequest(this.as, this.client, this.authentication, token);
        return oauth.processRevocationResponse(response);
    }

    async introspect(token) {
        const response = await oauth.introspectionRequest(this.as, this.client, this.authentication, token);
        assertNotStored(response);
        return oauth.processIntrospectionResponse(this.as, this.client, response);
    }

    /** Asks for the codes of a device. */
    async beginDevice() {
        const response = await oauth.deviceAuthorizationRequest(this.as, this.client, this.authentication, {
            resource: ECHO.href,
        });
        assertNotStored(response);
        return oauth.processDeviceAuthorizationResponse(this.as, this.client, response);
    }

    async pollDevice({ device_code }) {
        const response = await oauth.deviceCodeGrantRequest(this.as, this.client, this.authentication, device_code);
        assertNotStored(response);
        return oauth.processDeviceCodeResponse(this.as, this.client, response);
    }

    /** What a resource would make of the access token: RFC 9068, with the keys that the server publishes. */
    validate(accessToken, audience = ECHO.href) {
        const request = new Request(audience, { headers: { authorization: `Bearer ${accessToken}` } });
        return oauth.validateJwtAccessToken(this.as, request, audience, { [oauth.clockTolerance]: 0 });
    }
}

async function discover(issuer = ISSUER, algorithm = 'oauth2') {
    return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm }));
}

/** Asks the resource; the library throws where the answer has a challenge. */
function ask(accessToken) {
    const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' });
    return oauth.protectedResourceRequest(accessToken, 'POST', ECHO, headers, PING);
}

/** RFC 6749, section 5.1, and the like elsewhere; the library leaves that to HTTP caches. */
function assertNotStored(response) {
    assert.match(response.headers.get('cache-control'), /\bno-store\b/);
}

function isChallenge(status, parameters, scheme = 'bearer') {
    return (error) => {
        assert.ok(error instanceof oauth.WWWAuthenticateChallengeError, error);
        assert.equal(error.status, status);
        assert.deepEqual(error.cause.map((challenge) => challenge.scheme), [scheme]);
        assert.deepEqual({ ...error.cause[0].parameters, ...parameters }, error.cause[0].parameters);
        return true;
    };
}

function isError(status, code) {
    return (error) => {
        assert.ok(error instanceof oauth.ResponseBodyError, error);
        assert.equal(error.status, status);
        assert.equal(error.error, code);
        return true;
    };
}

function isDenial(code) {
    return (error) => {
        assert.ok(error instanceof oauth.AuthorizationResponseError, error);
        assert.equal(error.error, code);
        return true;
    };
}
