package dev.mcpgateway.doctor.report;

/**
 * One thing that was looked at. Texts are {@linkplain Printable printable}: what a server sent may be part of them.
 *
 * @param where the host or URL it is about
 * @param what what was seen
 * @param why why that matters, or why it was not checked; empty where all is well
 * @param fix what to do about it; empty where there is nothing to do
 */
public record Finding(Level level, String where, String what, String why, String fix) {
    public Finding {
        where = Printable.of(where);
        what = Printable.of(what);
        why = Printable.of(why);
        fix = Printable.of(fix);
    }

    public static Finding ok(Object where, String what) {
        return new Finding(Level.OK, where.toString(), what, "", "");
    }

    public static Finding warning(Object where, String what, String why, String fix) {
        return new Finding(Level.WARNING, where.toString(), what, why, fix);
    }

    public static Finding problem(Object where, String what, String why, String fix) {
        return new Finding(Level.PROBLEM, where.toString(), what, why, fix);
    }

    public static Finding notChecked(Object where, String what, String reason) {
        return new Finding(Level.NOT_CHECKED, where.toString(), what, reason, "");
    }
}
