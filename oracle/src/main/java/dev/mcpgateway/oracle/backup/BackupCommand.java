package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.oracle.backup.Import.Mode;
import dev.mcpgateway.storage.Store;
import dev.mcpgateway.storage.StoreException;
import jakarta.json.Json;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code export} and {@code import} on the command line, directly on the store. */
public final class BackupCommand {
    public static final List<String> NAMES = List.of("export", "import");

    private static final String USAGE = """
            Usage: export [--force] [--json] FILE
                   import [--merge | --replace] [--json] FILE

            Writes everything that outlives a sign-in from the configured store (STORAGE_URL) into FILE, or brings it back
            from there. An import adds what is missing (--merge) or forgets what is there first, but for revocations
            (--replace). It also takes an oauth-backup-*.json of the reference stack. An embedded database is open in one
            process only: ask the running gateway with ops/gateway, or stop it.

            Exit codes: 0 done, 1 failed or refused, 2 wrong usage.
            """;

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final Supplier<Store> store;
    private final String issuer;
    private final Clock clock;
    private final PrintStream out;
    private final PrintStream err;

    /** @param store opens it, and is asked only once the arguments make sense */
    public BackupCommand(Supplier<Store> store, String issuer, Clock clock, PrintStream out, PrintStream err) {
        this.store = store;
        this.issuer = issuer;
        this.clock = clock;
        this.out = out;
        this.err = err;
    }

    /** Returns the exit code. */
    public int run(List<String> arguments) {
        String name = arguments.getFirst();
        List<String> options = new ArrayList<>();
        @Nullable String file = null;
        for (String argument : arguments.subList(1, arguments.size())) {
            if (argument.startsWith("-")) {
                options.add(argument);
            } else if (file == null) {
                file = argument;
            } else {
                return misused("one file is expected, not also " + argument);
            }
        }
        if (options.contains("--help")) {
            out.print(USAGE);
            return DONE;
        }
        List<String> accepted =
                name.equals("export") ? List.of("--force", "--json") : List.of("--merge", "--replace", "--json");
        for (String option : options) {
            if (!accepted.contains(option)) {
                return misused("unknown option " + option + "; accepted are " + String.join(", ", accepted));
            }
        }
        if (file == null) {
            return misused("a file is missing");
        }
        if (options.contains("--merge") && options.contains("--replace")) {
            return misused("--merge and --replace exclude each other");
        }
        try (Store opened = store.get()) {
            if (name.equals("export")) {
                exportTo(Path.of(file), options, opened);
            } else {
                importFrom(Path.of(file), options, opened);
            }
            return DONE;
        } catch (BackupException | StoreException e) {
            err.println(e.getMessage());
            return FAILED;
        }
    }

    private void exportTo(Path file, List<String> options, Store from) {
        long records =
                new Export(from.archive(), issuer, clock, this::progress).writeTo(file, options.contains("--force"));
        if (options.contains("--json")) {
            out.println(Json.createObjectBuilder()
                    .add("file", file.toString())
                    .add("records", records)
                    .build());
        } else {
            out.println(records + " records in " + file + ". Keep GATEWAY_JWT_SECRET with it: it unseals the keys.");
        }
    }

    private void importFrom(Path file, List<String> options, Store into) {
        Mode mode = options.contains("--replace") ? Mode.REPLACE : Mode.MERGE;
        Import.Report report = new Import(into.archive(), clock, this::progress).run(file, mode);
        out.print(options.contains("--json") ? report.json() + System.lineSeparator() : report.words());
    }

    private void progress(long records) {
        err.println(records + " records ...");
    }

    private int misused(String reason) {
        err.println(reason);
        err.print(USAGE);
        return WRONG_USAGE;
    }
}
