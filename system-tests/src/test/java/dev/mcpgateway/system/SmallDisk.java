package dev.mcpgateway.system;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own that is soon full. Only root may mount one; else it is a folder like any other. */
final class SmallDisk implements AutoCloseable {
    private static final int MEGABYTES = 64;
    private static final int BLOCK_BYTES = 4096;

    private final Path folder;
    private final boolean mounted;

    private SmallDisk(Path folder, boolean mounted) {
        this.folder = folder;
        this.mounted = mounted;
    }

    /** @param folder is made */
    static SmallDisk mount(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new SmallDisk(
                folder, run("mount", "-t", "tmpfs", "-o", "size=" + MEGABYTES + "m", "tmpfs", folder.toString()));
    }

    boolean isMounted() {
        return mounted;
    }

    /** Leaves no room for another byte. */
    void fill() throws IOException {
        try (OutputStream filler = Files.newOutputStream(filler())) {
            byte[] block = new byte[BLOCK_BYTES];
            for (long written = 0; written <= MEGABYTES * 1_048_576L; written += BLOCK_BYTES) {
                filler.write(block);
            }
            throw new IllegalStateException(folder + " has no end");
        } catch (IOException e) {
            if (Files.size(filler()) == 0) {
                throw e;
            }
        }
    }

    /** Makes room again. */
    void empty() throws IOException {
        Files.delete(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    private static boolean run(String... command) throws IOException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while " + command[0] + " runs", e);
        }
    }

    @Override
    public void close() throws IOException {
        if (mounted && !run("umount", folder.toString())) {
            throw new IOException(folder + " cannot be unmounted");
        }
    }
}
