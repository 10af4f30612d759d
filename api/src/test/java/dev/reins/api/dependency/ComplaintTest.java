package dev.reins.api.dependency;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class ComplaintTest {
    private static final String SENTENCE = "The database is not usable: {}";
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.reins.api");
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Complaint complaint = new Complaint();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(lines);
    }

    @Test
    void keepsTheReasonOutOfTheSentenceThatIsReported() {
        complaint.say(SENTENCE, "db.internal:5432 said {} no");

        assertThat(lines.list).extracting(ILoggingEvent::getMessage).containsExactly(SENTENCE);
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly("The database is not usable: db.internal:5432 said {} no");
    }

    @Test
    void saysAnewWhatIsAnotherOrCameBack() {
        complaint.say(SENTENCE, "one");
        complaint.say(SENTENCE, "one");
        complaint.say(SENTENCE, "two");
        complaint.clear();
        complaint.say(SENTENCE, "two");

        assertThat(lines.list).extracting(line -> line.getArgumentArray()[0]).containsExactly("one", "two", "two");
    }
}
