package dev.mcpgateway.storage.redis;

import dev.mcpgateway.storage.Archive.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a script answered. */
record Reply(List<String> texts) {
    Reply {
        texts = List.copyOf(texts);
    }

    boolean isEmpty() {
        return texts.isEmpty();
    }

    String text(int index) {
        return texts.get(index);
    }

    boolean yes() {
        return texts.getFirst().equals("1");
    }

    /** What became of a record of a backup. */
    Outcome outcome() {
        return Outcome.valueOf(texts.getFirst().toUpperCase(Locale.ROOT));
    }

    /** The fields that begin there, to the end. */
    Fields fields(int from) {
        return Fields.of(texts.subList(from, texts.size()));
    }

    /** Several records, each led by the number of its elements; those that do not exist are empty. */
    List<Fields> records() {
        List<Fields> records = new ArrayList<>();
        int at = 0;
        while (at < texts.size()) {
            int length = Integer.parseInt(texts.get(at));
            records.add(Fields.of(texts.subList(at + 1, at + 1 + length)));
            at += 1 + length;
        }
        return records;
    }
}
