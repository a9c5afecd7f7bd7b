package dev.mcpgateway.system;

import java.nio.file.Path;

/** With the embedded database. */
class GithubSignInTest extends GithubSignInContract {
    @Override
    String storageUrl(Path folder) {
        return "jdbc:h2:file:" + folder.resolve("gateway");
    }
}
