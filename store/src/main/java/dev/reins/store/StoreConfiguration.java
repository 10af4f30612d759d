package dev.reins.store;

import dev.reins.store.account.Accounts;
import dev.reins.store.admission.Admissions;
import dev.reins.store.control.RunControls;
import dev.reins.store.event.EventLog;
import dev.reins.store.journal.Journal;
import dev.reins.store.run.RunCounts;
import dev.reins.store.run.RunFigures;
import dev.reins.store.run.RunLifecycle;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The transactions of the store. Data source and migrations are Spring Boot's. */
@Configuration(proxyBeanMethods = false)
@Import(SettingsConfiguration.class)
public class StoreConfiguration {
    @Bean
    Admissions admissions(JdbcClient jdbc, ObjectProvider<RunWatcher> watcher) {
        return new Admissions(jdbc, watcher.getIfAvailable(() -> RunWatcher.NONE));
    }

    @Bean
    RunControls runControls(JdbcClient jdbc) {
        return new RunControls(jdbc);
    }

    @Bean
    RunLifecycle runLifecycle(JdbcClient jdbc, ObjectProvider<RunWatcher> watcher) {
        return new RunLifecycle(jdbc, watcher.getIfAvailable(() -> RunWatcher.NONE));
    }

    @Bean
    RunFigures runFigures(JdbcClient jdbc) {
        return new RunFigures(jdbc);
    }

    @Bean
    RunCounts runCounts(JdbcClient jdbc) {
        return new RunCounts(jdbc);
    }

    @Bean
    EventLog eventLog(JdbcClient jdbc) {
        return new EventLog(jdbc);
    }

    @Bean
    Accounts accounts(JdbcClient jdbc) {
        return new Accounts(jdbc);
    }

    @Bean
    Journal journal(JdbcClient jdbc) {
        return new Journal(jdbc);
    }
}
