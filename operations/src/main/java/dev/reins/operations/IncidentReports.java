package dev.reins.operations;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.protocol.SentryException;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/** Has incidents reported to Sentry where a DSN is set. Whatever else the SDK would gather is left out. */
final class IncidentReports implements InitializingBean, DisposableBean {
    private static final long LAST_REPORTS_MS = 2_000;

    private final OperationsSettings settings;
    private final Version version;
    private final IncidentAppender appender = new IncidentAppender();

    IncidentReports(OperationsSettings settings, Version version) {
        this.settings = settings;
        this.version = version;
    }

    @Override
    public void afterPropertiesSet() {
        if (settings.sentryDsn().isBlank()) {
            return;
        }
        Sentry.init(this::configure);
        Logger root = rootLogger();
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    private void configure(SentryOptions options) {
        options.setDsn(settings.sentryDsn());
        options.setEnvironment(settings.sentryEnvironment());
        options.setRelease(version.text());
        options.setEnableExternalConfiguration(false);
        options.setEnableUncaughtExceptionHandler(false);
        options.setEnableAutoSessionTracking(false);
        options.setSendDefaultPii(false);
        options.setMaxBreadcrumbs(0);
        options.setShutdownTimeoutMillis(LAST_REPORTS_MS);
        options.setBeforeSend((event, hint) -> scrubbed(event));
    }

    /** The message of an exception may quote anything, so its type and its place in the code must do. */
    private static SentryEvent scrubbed(SentryEvent event) {
        event.setRequest(null);
        event.setUser(null);
        event.setBreadcrumbs(null);
        if (event.getExceptions() != null) {
            event.getExceptions().forEach(IncidentReports::withoutMessage);
        }
        return event;
    }

    private static void withoutMessage(SentryException exception) {
        exception.setValue(null);
    }

    @Override
    public void destroy() {
        if (appender.isStarted()) {
            rootLogger().detachAppender(appender);
            appender.stop();
            Sentry.close();
        }
    }

    private static Logger rootLogger() {
        return ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
    }
}
