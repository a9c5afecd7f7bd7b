package dev.mcpgateway.router.acme;

import dev.mcpgateway.router.renewal.OrderException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** An answer that lies in the {@link ChallengeFolder}. */
record SharedAnswer(ChallengeFolder folder, String name) implements ChallengeAnswers.Shown {
    private static final System.Logger LOG = System.getLogger(SharedAnswer.class.getName());

    static SharedAnswer put(ChallengeFolder folder, String name, String answer) throws OrderException {
        try {
            folder.put(name, answer);
            return new SharedAnswer(folder, name);
        } catch (IOException e) {
            throw new OrderException(
                    OrderException.Reason.LOCAL,
                    "The answer to a challenge cannot be written (%s). CERTIFICATES_DIR must be writable, with room left"
                            .formatted(OrderFailures.shortly(e)),
                    Optional.empty(),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            folder.remove(name);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "acme event=challenge-left-behind: {0}", OrderFailures.shortly(e));
        }
    }
}
