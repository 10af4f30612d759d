package dev.reins.operations;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryLevel;
import io.sentry.protocol.Message;
import java.util.List;

/**
 * Reports incidents to Sentry as they are logged: the sentence as it stands in our code, without what was filled in, the
 * ids it is about, the words of the contract that it names by key, and where an exception came from.
 */
final class IncidentAppender extends AppenderBase<ILoggingEvent> {
    private static final String OURS = "dev.reins.";
    private static final List<String> TAGS = List.of("runId", "stepNumber", "requestId");
    /** Words of the contract. */
    private static final List<String> WORDS = List.of("stopReason", "category", "costLevel");

    @Override
    protected void append(ILoggingEvent line) {
        if (isIncident(line)) {
            Sentry.captureEvent(event(line));
        }
    }

    private static boolean isIncident(ILoggingEvent line) {
        return line.getLevel().isGreaterOrEqual(Level.ERROR)
                || line.getMarkerList() != null && line.getMarkerList().contains(Incidents.INCIDENT);
    }

    /** A library's may be filled in already when it is logged. */
    private static String sentence(ILoggingEvent line) {
        String logger = line.getLoggerName();
        return logger.startsWith(OURS) ? line.getMessage() : "An error of " + logger;
    }

    private static SentryEvent event(ILoggingEvent line) {
        Message message = new Message();
        message.setMessage(sentence(line));
        SentryEvent event = new SentryEvent();
        event.setMessage(message);
        event.setLogger(line.getLoggerName());
        event.setLevel(line.getLevel().isGreaterOrEqual(Level.ERROR) ? SentryLevel.ERROR : SentryLevel.WARNING);
        if (line.getThrowableProxy() instanceof ThrowableProxy thrown) {
            event.setThrowable(thrown.getThrowable());
        }
        for (String tag : TAGS) {
            String value = line.getMDCPropertyMap().get(tag);
            if (value != null) {
                event.setTag(tag, value);
            }
        }
        if (line.getKeyValuePairs() != null) {
            line.getKeyValuePairs().stream()
                    .filter(pair -> WORDS.contains(pair.key))
                    .forEach(pair -> event.setTag(pair.key, String.valueOf(pair.value)));
        }
        return event;
    }
}
