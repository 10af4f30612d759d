package dev.reins.activities.http;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a server answered.
 *
 * @param headers names in lower case; of repeated ones the values joined by commas
 * @param body JSON where the server says so and it is, else text; null if there is none
 * @param truncated whether the body was longer than is read, or broke off
 */
record HttpAnswer(int status, Map<String, String> headers, JsonNode body, boolean truncated) {

    JsonNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("status", status);
        ObjectNode names = json.putObject("headers");
        headers.forEach(names::put);
        return json.<ObjectNode>set("body", body).put("truncated", truncated);
    }
}
