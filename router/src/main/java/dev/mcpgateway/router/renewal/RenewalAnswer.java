package dev.mcpgateway.router.renewal;

/**
 * What became of an operator's wish for a certificate.
 *
 * @param words one sentence, what to do included
 */
public record RenewalAnswer(boolean isRenewed, String words) {
    static RenewalAnswer refused(String words) {
        return new RenewalAnswer(false, words);
    }
}
