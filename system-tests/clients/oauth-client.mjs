// What an application gives the SDK so that it can sign in: here everything is kept in memory.

export class MemoryOAuthClient {
    redirectUrl = 'http://127.0.0.1:39123/callback';
    clientMetadata = {
        client_name: 'System test <b>client</b>',
        redirect_uris: [this.redirectUrl],
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        token_endpoint_auth_method: 'none',
    };

    /** Where the SDK wanted to send a browser; one entry for each time. */
    authorizationUrls = [];
    #state = 0;
    #client;
    #tokens;
    #verifier;
    #discovered;

    state() {
        return `state-${++this.#state}`;
    }

    clientInformation() {
        return this.#client;
    }

    saveClientInformation(client) {
        this.#client = client;
    }

    tokens() {
        return this.#tokens;
    }

    saveTokens(tokens) {
        this.#tokens = tokens;
    }

    codeVerifier() {
        return this.#verifier;
    }

    saveCodeVerifier(verifier) {
        this.#verifier = verifier;
    }

    /** Which server the browser was sent to: the answer must be from the same. */
    discoveryState() {
        return this.#discovered;
    }

    saveDiscoveryState(discovered) {
        this.#discovered = discovered;
    }

    redirectToAuthorization(url) {
        this.authorizationUrls.push(url);
    }

    invalidateCredentials(scope) {
        if (scope === 'all' || scope === 'client') {
            this.#client = undefined;
        }
        if (scope === 'all' || scope === 'tokens') {
            this.#tokens = undefined;
        }
        if (scope === 'all' || scope === 'discovery') {
            this.#discovered = undefined;
        }
    }
}
