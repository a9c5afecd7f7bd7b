package dev.mcpgateway.router.upstream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keeps the requests of a session with the endpoint that opened it, without remembering anything: the id that a client
 * gets says where its session lives, and to whom it was given.
 *
 * <p>Such an id is {@code <tag><mac>.<id of the server>}. The tag (12 characters) is a keyed hash of the endpoint, by
 * which it is found among the endpoints that the upstream has now; it is no address. The MAC (24 characters) is over
 * service, user, tag and id: another user, another service and whoever invents an id finds no session. Both are
 * base64url. Every router that has the key reads the ids of every other. Thread safe.
 *
 * @see <a href="https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#session-management">MCP
 *     2025-06-18, session management</a>
 */
public final class SessionAffinity {
    /** The longest id of a server's that is passed on. */
    public static final int MAX_ID_CHARACTERS = 1024;

    static final String HEADER = "Mcp-Session-Id";

    private static final int TAG_BYTES = 9;
    private static final int MAC_BYTES = 18;
    private static final int TAG_CHARACTERS = TAG_BYTES / 3 * 4;
    private static final int SEAL_CHARACTERS = TAG_CHARACTERS + MAC_BYTES / 3 * 4;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec tagKey;
    private final SecretKeySpec sessionKey;

    /** A session as its server knows it. */
    record Session(String tag, String id) {}

    private SessionAffinity(byte[] key) {
        SecretKeySpec root = new SecretKeySpec(key, ALGORITHM);
        this.tagKey = new SecretKeySpec(mac(root, "endpoint tag"), ALGORITHM);
        this.sessionKey = new SecretKeySpec(mac(root, "session id"), ALGORITHM);
    }

    /**
     * With the key in the folder that the routers of a gateway share; it is made if there is none.
     *
     * @throws SessionKeyException if that is not possible
     */
    public static SessionAffinity open(Path folder) {
        return new SessionAffinity(SessionKey.open(folder));
    }

    /** With a key that nobody else has: sessions end with the process. */
    public static SessionAffinity alone() {
        return new SessionAffinity(SessionKey.random());
    }

    /** What stands for an endpoint in the ids of its sessions. */
    String tag(Upstream upstream, Endpoint endpoint) {
        byte[] hash = mac(tagKey, upstream.name(), endpoint.authority());
        return BASE64.encodeToString(Arrays.copyOf(hash, TAG_BYTES));
    }

    /** Whether a server may call a session so: 1 to 1024 visible ASCII characters. */
    static boolean isServersId(String id) {
        return !id.isEmpty() && id.length() <= MAX_ID_CHARACTERS && id.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    /** The id that the user gets for a session; always the same for the same session. */
    String seal(Upstream upstream, String user, Session session) {
        return session.tag() + BASE64.encodeToString(mac(upstream, user, session)) + "." + session.id();
    }

    /** The session that the user means; empty if the id was not given to this user of this upstream. */
    Optional<Session> open(Upstream upstream, String user, String sealed) {
        if (sealed.length() <= SEAL_CHARACTERS
                || sealed.charAt(SEAL_CHARACTERS) != '.'
                || !isServersId(sealed.substring(SEAL_CHARACTERS + 1))) {
            return Optional.empty();
        }
        Session session = new Session(sealed.substring(0, TAG_CHARACTERS), sealed.substring(SEAL_CHARACTERS + 1));
        byte[] expected = seal(upstream, user, session).getBytes(StandardCharsets.ISO_8859_1);
        boolean genuine = MessageDigest.isEqual(expected, sealed.getBytes(StandardCharsets.ISO_8859_1));
        return genuine ? Optional.of(session) : Optional.empty();
    }

    /** Whether some server would take a field of this name for the session's id. */
    static boolean isLikeHeader(String name) {
        if (name.length() != HEADER.length()) {
            return false;
        }
        for (int i = 0; i < name.length(); i++) {
            boolean separates = !Character.isLetterOrDigit(name.charAt(i));
            char expected = Character.toLowerCase(HEADER.charAt(i));
            if (separates ? expected != '-' : Character.toLowerCase(name.charAt(i)) != expected) {
                return false;
            }
        }
        return true;
    }

    private byte[] mac(Upstream upstream, String user, Session session) {
        return Arrays.copyOf(mac(sessionKey, upstream.name(), user, session.tag(), session.id()), MAC_BYTES);
    }

    /** Each part goes in with its length, so that no two lists of parts are alike. */
    private static byte[] mac(SecretKeySpec key, String... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                mac.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                mac.update(bytes);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + ALGORITHM, e);
        }
    }
}
