package dev.mcpgateway.doctor.check;

import dev.mcpgateway.doctor.report.Finding;
import java.util.List;

/** Looks at one side of a gateway. Says also what is well, and what could not be looked at. */
public interface Check {
    /** In a word or two. */
    String name();

    List<Finding> run(Examination examination);
}
