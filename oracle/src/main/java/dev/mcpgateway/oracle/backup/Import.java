package dev.mcpgateway.oracle.backup;

import dev.mcpgateway.storage.Archive;
import dev.mcpgateway.storage.Archive.Entry;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;

/** Brings a backup into a store, once all of it was found to be as it was written. Repeating it is harmless. */
public final class Import {
    private static final int PROGRESS = 10_000;

    /** What becomes of what is in the store. */
    enum Mode {
        /** It stays. */
        MERGE,
        /** It goes, but for the revocations. */
        REPLACE
    }

    private final Archive archive;
    private final Clock clock;
    private final LongConsumer progress;

    /** @param progress is told every now and then how many records were read */
    Import(Archive archive, Clock clock, LongConsumer progress) {
        this.archive = archive;
        this.clock = clock;
        this.progress = progress;
    }

    /** How many records there were of a kind. */
    static final class Count {
        private long added;
        private long present;
        private long ended;

        private void add(Archive.Outcome outcome) {
            switch (outcome) {
                case ADDED -> added++;
                case PRESENT -> present++;
                case ENDED -> ended++;
            }
        }

        private JsonObjectBuilder json() {
            return Json.createObjectBuilder()
                    .add("added", added)
                    .add("present", present)
                    .add("ended", ended);
        }
    }

    /**
     * What was done.
     *
     * @param kinds by name
     * @param leftOut clients of the reference stack that could not register here, each with the reason
     * @param notCarriedOver tokens of the reference stack, which nothing here could check
     */
    record Report(Map<String, Count> kinds, List<String> leftOut, long notCarriedOver) {
        /** How many of them are named in words; all are in the JSON. */
        private static final int NAMED = 20;

        private static final String KEYS = "The signing keys are sealed: the oracle needs the GATEWAY_JWT_SECRET of the"
                + " gateway that the backup is from. One that runs with it reads the keys within seconds; start the"
                + " others anew with it.";
        private static final String TOKENS =
                "Tokens and sessions of the reference stack are not carried over: its users sign in once more.";

        JsonObject json() {
            JsonObjectBuilder json = Json.createObjectBuilder();
            kinds.forEach((kind, count) -> json.add(kind, count.json()));
            return Json.createObjectBuilder()
                    .add("imported", json)
                    .add("left_out", Json.createArrayBuilder(leftOut))
                    .add("not_carried_over", notCarriedOver)
                    .add("next", next())
                    .build();
        }

        String words() {
            StringBuilder words = new StringBuilder();
            kinds.forEach(
                    (kind, count) -> words.append("%-18s %d added, %d there already, %d ended (expired or revoked)%n"
                            .formatted(kind, count.added, count.present, count.ended)));
            if (notCarriedOver > 0) {
                words.append("%-18s %d%n".formatted("not carried over", notCarriedOver));
            }
            return words.append(next()).append(System.lineSeparator()).toString();
        }

        private String next() {
            String next = notCarriedOver > 0 ? TOKENS : KEYS;
            if (leftOut.isEmpty()) {
                return next;
            }
            String named = leftOut.stream().limit(NAMED).collect(Collectors.joining(", "));
            return next + " Left out, because nobody could register them here: " + named
                    + (leftOut.size() > NAMED ? ", and " + (leftOut.size() - NAMED) + " more." : ".");
        }
    }

    /**
     * Imports a backup of ours or of the reference stack; which of them it is, its content says.
     *
     * @throws BackupException if it is neither, or not whole; the store is as it was then
     * @throws dev.mcpgateway.storage.StoreException if the store does not answer; repeating the import completes it
     */
    Report run(Path file, Mode mode) {
        if (!Files.isReadable(file)) {
            throw new BackupException(file + " is not a file that can be read");
        }
        BackupFile ours = new BackupFile(file);
        if (!ours.isOurs()) {
            ReferenceBackup reference = ReferenceBackup.read(file, clock);
            Writer writer = new Writer(mode);
            reference.clients().forEach(writer::write);
            return new Report(writer.kinds, reference.leftOut(), reference.notCarriedOver());
        }
        ours.check();
        Writer writer = new Writer(mode);
        ours.each(writer::write);
        return new Report(writer.kinds, List.of(), 0);
    }

    private final class Writer {
        private final Map<String, Count> kinds = new TreeMap<>();
        private long records;

        Writer(Mode mode) {
            if (mode == Mode.REPLACE) {
                archive.clear();
            }
        }

        void write(Entry entry) {
            kinds.computeIfAbsent(EntryJson.kind(entry), _ -> new Count()).add(archive.write(entry));
            if (++records % PROGRESS == 0) {
                progress.accept(records);
            }
        }
    }
}
