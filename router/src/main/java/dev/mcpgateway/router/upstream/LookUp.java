package dev.mcpgateway.router.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.Security;
import java.util.List;

/** Finds the addresses behind a name. Blocks, for as long as it likes. */
@FunctionalInterface
public interface LookUp {
    /** How long the JVM keeps answers, in seconds. */
    String TTL = "networkaddress.cache.ttl";

    /**
     * All addresses behind the name, at least one.
     *
     * @throws UnknownHostException if there are none, or nobody can be asked
     */
    List<InetAddress> find(String name) throws UnknownHostException;

    /**
     * What the system's resolver says: hosts files, then DNS. Answers that the JVM keeps, by default for 30 s, would
     * hide changes, so it keeps them for a second only, unless the operator has said otherwise in {@value #TTL}. Counts
     * for the process if it is called before its first look-up.
     */
    static LookUp system() {
        if (Security.getProperty(TTL) == null) {
            Security.setProperty(TTL, "1");
        }
        return name -> List.of(InetAddress.getAllByName(name));
    }
}
