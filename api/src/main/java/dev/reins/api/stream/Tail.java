package dev.reins.api.stream;

import dev.reins.api.dependency.Dependency;
import dev.reins.store.DatabaseOutage;
import dev.reins.store.event.EventLog;
import dev.reins.store.event.EventPlace;
import dev.reins.store.event.StoredEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * This process's one reader of new events. While anybody listens it asks the store in two statements for what is new of all
 * topics, writes each event once, and hands it to the topic's clients; it waits for none of them. Thread-safe.
 */
@Component
final class Tail implements DisposableBean {
    private static final Logger LOG = LoggerFactory.getLogger(Tail.class);
    private static final int PAGE = 500;
    private static final long OUTAGE_PAUSE_MS = 1_000;

    private final EventLog log;
    private final FrameWriter writer;
    private final Dependency postgres;
    private final long pauseMs;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition someoneListens = lock.newCondition();
    private final Map<Topic, Channel> channels = new HashMap<>();
    private final Thread thread;

    /** A topic somebody listens to. Its place is the tail thread's alone, its clients are guarded by the lock. */
    private static final class Channel {
        final Topic topic;
        final List<Client> clients = new ArrayList<>();
        EventPlace place;

        Channel(Topic topic, EventPlace place) {
            this.topic = topic;
            this.place = place;
        }
    }

    private record Client(Feed feed, Inbox inbox) {
        void offer(List<Frame> frames) {
            inbox.offer(frames.stream().filter(feed::shows).toList());
        }
    }

    Tail(EventLog log, FrameWriter writer, Dependency postgres, StreamSettings settings) {
        this.log = log;
        this.writer = writer;
        this.postgres = postgres;
        this.pauseMs = settings.poll().toMillis();
        this.thread = Thread.ofVirtual().name("event-tail").start(this::follow);
    }

    /** From now on what is new of the topic goes to the inbox, until {@link #leave}; what is older is the client's to read. */
    void listen(Feed feed, Inbox inbox) {
        EventPlace end = end(feed.topic());
        lock.lock();
        try {
            channels.computeIfAbsent(feed.topic(), topic -> new Channel(topic, end))
                    .clients
                    .add(new Client(feed, inbox));
            someoneListens.signal();
        } finally {
            lock.unlock();
        }
    }

    private EventPlace end(Topic topic) {
        return switch (topic) {
            case Topic.OfRun run -> log.endOfRun(run.id());
            case Topic.OfProject project -> log.horizon();
        };
    }

    void leave(Feed feed, Inbox inbox) {
        lock.lock();
        try {
            channels.computeIfPresent(feed.topic(), (topic, channel) -> {
                channel.clients.remove(new Client(feed, inbox));
                return channel.clients.isEmpty() ? null : channel;
            });
        } finally {
            lock.unlock();
        }
    }

    private void follow() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.MILLISECONDS.sleep(turn(listenedTo()));
            }
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private List<Channel> listenedTo() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (channels.isEmpty()) {
                someoneListens.await();
            }
            return List.copyOf(channels.values());
        } finally {
            lock.unlock();
        }
    }

    /** @return after how many milliseconds the next turn is due */
    private long turn(List<Channel> open) {
        try {
            boolean more = read(open);
            postgres.up();
            return more ? 0 : pauseMs;
        } catch (RuntimeException | Error failure) {
            if (DatabaseOutage.isUnusable(failure)) {
                postgres.down();
            } else if (!thread.isInterrupted()) {
                LOG.error("Events could not be read; they are asked for again", failure);
            }
            return OUTAGE_PAUSE_MS;
        }
    }

    /** @return whether there may be more at once */
    private boolean read(List<Channel> open) {
        Map<String, Channel> runs = byId(open, Topic.OfRun.class);
        Map<String, Channel> projects = byId(open, Topic.OfProject.class);
        boolean moreOfRuns = !runs.isEmpty()
                && distribute(
                        runs,
                        log.ofRuns(places(runs), PAGE),
                        event -> event.place().runId());
        boolean moreOfProjects = !projects.isEmpty()
                && distribute(projects, log.ofProjects(places(projects), PAGE), StoredEvent::projectId);
        return moreOfRuns || moreOfProjects;
    }

    private static Map<String, Channel> byId(List<Channel> open, Class<? extends Topic> kind) {
        return open.stream()
                .filter(channel -> kind.isInstance(channel.topic))
                .collect(Collectors.toMap(channel -> channel.topic.id(), Function.identity()));
    }

    private static Map<String, EventPlace> places(Map<String, Channel> channels) {
        return channels.values().stream()
                .collect(Collectors.toMap(channel -> channel.topic.id(), channel -> channel.place));
    }

    private boolean distribute(
            Map<String, Channel> topics, List<StoredEvent> events, Function<StoredEvent, String> topicOf) {
        Map<String, List<StoredEvent>> news = events.stream().collect(Collectors.groupingBy(topicOf));
        topics.forEach((id, channel) -> tell(channel, news.getOrDefault(id, List.of())));
        return news.values().stream().anyMatch(some -> some.size() == PAGE);
    }

    private void tell(Channel channel, List<StoredEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        List<Frame> frames =
                events.stream().map(event -> channel.topic.frame(event, writer)).toList();
        channel.place = events.getLast().place();
        lock.lock();
        try {
            channel.clients.forEach(client -> client.offer(frames));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void destroy() {
        thread.interrupt();
    }
}
