import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What travels to and from the program: in, one flat object of texts without escapes; out, any tree. */
class Json {
    static Properties readTexts() throws java.io.IOException {
        Properties texts = new Properties();
        String input = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        Matcher pairs = Pattern.compile("\"(\\w+)\":\"([^\"\\\\]*)\"").matcher(input);
        while (pairs.find()) texts.setProperty(pairs.group(1), pairs.group(2));
        return texts;
    }

    static String write(Object value) {
        if (value instanceof Map<?, ?> map) {
            List<String> parts = new ArrayList<>();
            map.forEach((key, each) -> parts.add(write(String.valueOf(key)) + ":" + write(each)));
            return "{" + String.join(",", parts) + "}";
        }
        if (value instanceof List<?> list) return "[" + String.join(",", list.stream().map(Json::write).toList()) + "]";
        if (value instanceof Number) return value.toString();
        StringBuilder text = new StringBuilder("\"");
        for (char each : String.valueOf(value).toCharArray()) {
            if (each >= 0x20 && each < 0x7f && each != '"' && each != '\\') text.append(each);
            else text.append(String.format("\\u%04x", (int) each));
        }
        return text.append('"').toString();
    }
}
