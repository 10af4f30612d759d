package dev.reins.api.dependency;

import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Something that an operator should mend, found again and again: said once, and anew when it is another. Thread-safe. */
public final class Complaint {
    private static final Logger LOG = LoggerFactory.getLogger("dev.reins.api");

    private final AtomicReference<String> said = new AtomicReference<>("");

    /**
     * @param sentence a constant with one {@code {}}: it is what an incident report shows
     * @param reason what is filled in, and stays in this process's log
     */
    public void say(String sentence, String reason) {
        String whole = sentence + reason;
        if (!said.getAndSet(whole).equals(whole)) {
            LOG.error(sentence, reason);
        }
    }

    /** It is mended, so the same sentence would be news. */
    public void clear() {
        said.set("");
    }
}
