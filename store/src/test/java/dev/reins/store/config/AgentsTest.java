package dev.reins.store.config;

import static dev.reins.store.config.Settings.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reins.contracts.ErrorCode;
import dev.reins.contracts.RequestRejected;
import dev.reins.contracts.RequestRejected.FieldError;
import dev.reins.store.config.Agents.AgentView;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentsTest {
    private static final Settings SETTINGS = new Settings();
    private static String definition = "";

    @BeforeAll
    static void seed() {
        SETTINGS.projects.create(tree("{\"id\": \"p1\", \"name\": \"One\"}"), "key-1");
        SETTINGS.projects.create(tree("{\"id\": \"p2\", \"name\": \"Two\"}"), "key-1");
        SETTINGS.users.put("ada", tree("{}"), "key-1");
        SETTINGS.users.put("bob", tree("{}"), "key-1");
        definition = SETTINGS.definitions.create(tree("""
                                {"name": "D", "instructions": "", "model": {"provider": "scripted", "name": "x"}}"""), "key-1").id();
    }

    @AfterAll
    static void close() {
        SETTINGS.close();
    }

    @Test
    void installsADefinitionInAProject() {
        AgentView agent = create("p1");

        assertThat(agent.id()).startsWith("agt-");
        assertThat(agent.enabled()).isTrue();
        assertThat(SETTINGS.agents.find(agent.id())).contains(agent);
        assertThat(SETTINGS.audited()).contains("key-1 agent.created");
    }

    @Test
    void changesWhatThePatchSays() {
        AgentView agent = create("p1");

        AgentView changed = SETTINGS.agents.patch(
                agent.id(), tree("{\"enabled\": false, \"userId\": \"bob\", \"projectId\": \"p1\"}"), "key-1");

        assertThat(changed.enabled()).isFalse();
        assertThat(changed.userId()).isEqualTo("bob");
        assertThat(changed.name()).isEqualTo("A");
        assertThat(changed.createdAt()).isEqualTo(agent.createdAt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"definitionId\": \"x\"}     | not_found       | /definitionId | There is no definition 'x'",
                "{\"userId\": \"eve\"}         | not_found       | /userId       | There is no user 'eve'",
                "{\"projectId\": \"p2\"}       | invalid_request | /projectId    | An agent stays in its project",
                "{\"name\": null}              | invalid_request | /name         | name is required",
                "{\"enabled\": \"yes\"}        | invalid_request | /enabled      | enabled must be true or false",
                "{\"schedule\": {}}            | invalid_request | /schedule     | 'schedule' is not known here; known are [definitionId, enabled, name, projectId, userId]",
            })
    void refusesWhatAnAgentCannotBe(String patch, String code, String pointer, String message) {
        AgentView agent = create("p1");

        RequestRejected refused = catchThrowableOfType(
                RequestRejected.class, () -> SETTINGS.agents.patch(agent.id(), tree(patch), "key-1"));

        assertThat(refused.code().wire()).isEqualTo(code);
        assertThat(refused.errors()).containsExactly(new FieldError(pointer, message));
        assertThat(SETTINGS.agents.find(agent.id())).contains(agent);
    }

    @Test
    void listsThoseOfAProject() {
        AgentView agent = create("p2");
        var listing = SETTINGS.agents.list("p2", 10, null);

        assertThat(listing.items()).containsExactly(agent);
        assertThat(listing.totalCount()).isEqualTo(1);
        assertThat(SETTINGS.agents.list(null, 100, null).totalCount()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void knowsNoOthers() {
        assertThat(catchThrowableOfType(
                                RequestRejected.class, () -> SETTINGS.agents.patch("agt-x", tree("{}"), "key-1"))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(SETTINGS.agents.find("agt-x")).isEmpty();
    }

    private static AgentView create(String project) {
        return SETTINGS.agents.create(
                tree("{\"projectId\": \"%s\", \"definitionId\": \"%s\", \"userId\": \"ada\", \"name\": \"A\"}"
                        .formatted(project, definition)),
                "key-1");
    }
}
