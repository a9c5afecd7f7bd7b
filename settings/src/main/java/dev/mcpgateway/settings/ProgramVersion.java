package dev.mcpgateway.settings;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** What a program says to {@code version}. */
public final class ProgramVersion {
    private ProgramVersion() {}

    /** The version of the main class's module, such as {@code 1.0.0}; {@code unknown} where it is none or has none. */
    public static String of(Class<?> main) {
        return Optional.ofNullable(main.getModule().getDescriptor())
                .flatMap(ModuleDescriptor::rawVersion)
                .orElse("unknown");
    }
}
