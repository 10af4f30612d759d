package dev.reins.api.openapi;

import dev.reins.api.openapi.OpenApi.Operation;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A request to some operation of the document: a valid, nearly valid or hostile one. For one thread. */
final class RequestMaker {
    private static final JsonMapper JSON = new JsonMapper();

    private final OpenApi document;
    private final List<String> keys;
    private final Random random;
    private final Operation operation;
    private final Values values;
    private final Hostile hostile;

    /** How far a request is from what the document asks for. */
    enum Aim {
        VALID,
        NEARLY,
        HOSTILE
    }

    /** @param mustBeRefused why the document allows no success; empty if it may be one */
    record Request(
            Operation operation,
            Aim aim,
            String target,
            Map<String, String> headers,
            byte[] body,
            String mustBeRefused) {
        @Override
        public String toString() {
            String text = new String(body, StandardCharsets.UTF_8);
            return operation.method() + " " + target + " " + headers.keySet() + " "
                    + text.substring(0, Math.min(300, text.length()));
        }
    }

    RequestMaker(OpenApi document, Map<String, List<String>> known, List<String> keys, Random random) {
        this.document = document;
        this.keys = keys;
        this.random = random;
        this.hostile = new Hostile(random);
        this.operation = hostile.one(document.operations());
        this.values = new Values(document, known, random, operation.id());
    }

    Request make() {
        Aim aim = hostile.one(List.of(Aim.VALID, Aim.VALID, Aim.VALID, Aim.NEARLY, Aim.NEARLY, Aim.HOSTILE));
        StringBuilder refused = new StringBuilder();
        Map<String, String> headers = headers(aim);
        byte[] body = operation.node().has("requestBody") ? body(aim) : new byte[0];
        String target = path(aim) + query(aim, refused);
        refused.append(fault(body));
        return new Request(operation, aim, target, headers, body, refused.toString());
    }

    private String path(Aim aim) {
        String path = operation.path();
        for (JsonNode parameter : parameters("path")) {
            String name = parameter.get("name").asString();
            List<String> here = values.known(name);
            boolean asKnown = aim != Aim.HOSTILE || random.nextInt(3) > 0;
            String value = asKnown ? hostile.one(here) : hostile.text();
            path = path.replace("{" + name + "}", value.isEmpty() ? "x" : encoded(value));
        }
        return path;
    }

    private List<JsonNode> parameters(String in) {
        return document.parameters(operation)
                .filter(parameter -> parameter.get("in").asString().equals(in))
                .toList();
    }

    private String query(Aim aim, StringBuilder refused) {
        List<String> said = new ArrayList<>();
        for (JsonNode parameter : parameters("query")) {
            if (random.nextInt(4) == 0) {
                said.add(parameter(parameter, aim, refused));
            }
        }
        if (aim == Aim.HOSTILE && random.nextInt(4) == 0) {
            said.add(encoded("x" + hostile.text()) + "=" + encoded(hostile.text()));
            refused.append("unknown parameter; ");
        }
        return said.isEmpty() ? "" : "?" + String.join("&", said);
    }

    private String parameter(JsonNode parameter, Aim aim, StringBuilder refused) {
        String name = parameter.get("name").asString();
        String value = switch (aim) {
            case VALID -> name.equals("wait") ? "0" : text(values.of(name, parameter.get("schema")));
            case NEARLY, HOSTILE -> random.nextBoolean() ? hostile.text() : text(hostile.other());
        };
        if (aim != Aim.VALID && !isWithin(parameter, value)) {
            refused.append(name).append(" is none; ");
        }
        String once = name + "=" + encoded(value);
        if (aim == Aim.HOSTILE && random.nextInt(4) == 0) {
            refused.append(name).append(" twice; ");
            return once + "&" + once;
        }
        return once;
    }

    /** Whether the parameter's schema allows this text; what is a plain string may be anything. */
    private boolean isWithin(JsonNode parameter, String value) {
        JsonNode schema = parameter.get("schema");
        return switch (schema.path("type").asString("")) {
            case "integer" ->
                value.matches("[0-9]{1,9}")
                        && document.violations(schema, JSON.readTree(value.replaceFirst("^0+(?=.)", "")))
                                .isEmpty();
            case "boolean" -> value.equals("true") || value.equals("false");
            case "array" -> false;
            default -> !schema.has("format");
        };
    }

    private static String text(JsonNode value) {
        if (value.isArray()) {
            return String.join(",", value.valueStream().map(JsonNode::asString).toList());
        }
        return value.isString() ? value.asString() : value.toString();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private Map<String, String> headers(Aim aim) {
        Map<String, String> headers = new LinkedHashMap<>();
        String key = hostile.one(keys);
        if (!key.isEmpty()) {
            headers.put("Authorization", "Bearer " + key);
        }
        for (JsonNode parameter : parameters("header")) {
            if (random.nextInt(4) == 0) {
                headers.put(parameter.get("name").asString(), header(parameter, aim));
            }
        }
        if (operation.node().has("requestBody")) {
            headers.put("Content-Type", contentType(aim));
        }
        if (aim == Aim.HOSTILE && random.nextInt(6) == 0) {
            headers.put("Accept", hostile.one(List.of("text/html", "nonsense", "a/b/c", "*/*;q=x", "application/xml")));
        } else if (operation.isStream() && random.nextInt(3) == 0) {
            headers.put("Accept", "text/event-stream");
        }
        return headers;
    }

    private String header(JsonNode parameter, Aim aim) {
        String name = parameter.get("name").asString();
        if (aim == Aim.VALID) {
            return !values.known(name).isEmpty() ? hostile.one(values.known(name)) : "key-" + random.nextInt(1000);
        }
        return hostile.headerText();
    }

    private String contentType(Aim aim) {
        if (aim == Aim.HOSTILE && random.nextInt(4) == 0) {
            return hostile.one(List.of(
                    "text/plain",
                    "application/x-www-form-urlencoded",
                    "multipart/form-data",
                    "x",
                    "application/json;charset=x"));
        }
        return hostile.one(
                List.copyOf(operation.node().at("/requestBody/content").propertyNames()));
    }

    private byte[] body(Aim aim) {
        boolean required = operation.node().at("/requestBody/required").asBoolean();
        if (!required && random.nextInt(4) == 0) {
            return new byte[0];
        }
        JsonNode valid = values.of("", schema());
        return switch (aim) {
            case VALID -> JSON.writeValueAsBytes(valid);
            case NEARLY -> JSON.writeValueAsBytes(hostile.changed(valid));
            case HOSTILE -> hostile.body();
        };
    }

    private JsonNode schema() {
        return operation.node().at("/requestBody/content/application~1json/schema");
    }

    private String fault(byte[] body) {
        if (body.length == 0) {
            return operation.node().at("/requestBody/required").asBoolean(false) ? "no body; " : "";
        }
        try {
            List<String> violations = document.violations(schema(), JSON.readTree(body));
            return violations.isEmpty() ? "" : violations.getFirst();
        } catch (RuntimeException malformed) {
            return "no JSON";
        }
    }
}
