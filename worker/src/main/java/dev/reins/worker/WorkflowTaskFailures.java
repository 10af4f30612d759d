package dev.reins.worker;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.stereotype.Component;

/**
 * Makes an error of what the SDK only warns of: the code of a workflow has failed, and Temporal tries it again without end
 * while the run looks as if it were running. The SDK tells nobody else which run it is.
 */
@Component
final class WorkflowTaskFailures extends AppenderBase<ILoggingEvent> implements InitializingBean, DisposableBean {
    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dev.reins.worker");
    private static final String SOURCE = "io.temporal.internal.replay.ReplayWorkflowTaskHandler";
    private static final int WORKFLOW_ID = 1;
    private static final String RUN_ID = "runId";

    private final Logger source = (Logger) LoggerFactory.getLogger(SOURCE);

    @Override
    public void afterPropertiesSet() {
        setContext(source.getLoggerContext());
        start();
        source.setLevel(Level.WARN);
        source.setAdditive(false);
        source.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent line) {
        IThrowableProxy cause = line.getThrowableProxy();
        if (cause == null) {
            return;
        }
        String before = MDC.get(RUN_ID);
        MDC.put(RUN_ID, runId(line));
        try {
            LOG.error(
                    "The workflow of a run fails with {} at {}; it is tried again, and the run stands still until that succeeds",
                    cause.getClassName(),
                    place(cause));
        } finally {
            restore(before);
        }
    }

    private static void restore(@Nullable String runId) {
        if (runId == null) {
            MDC.remove(RUN_ID);
        } else {
            MDC.put(RUN_ID, runId);
        }
    }

    private static String runId(ILoggingEvent line) {
        Object[] arguments = line.getArgumentArray();
        return arguments == null || arguments.length <= WORKFLOW_ID
                ? "unknown"
                : String.valueOf(arguments[WORKFLOW_ID]);
    }

    private static String place(IThrowableProxy cause) {
        var frames = cause.getStackTraceElementProxyArray();
        return frames.length == 0
                ? "an unknown place"
                : frames[0].getStackTraceElement().toString();
    }

    @Override
    public void destroy() {
        source.detachAppender(this);
        source.setAdditive(true);
        stop();
    }
}
