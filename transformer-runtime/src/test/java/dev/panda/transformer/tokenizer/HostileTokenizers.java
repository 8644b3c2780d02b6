package dev.panda.transformer.tokenizer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.panda.transformer.testing.TinyTokenizer;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokenizers that would end the process, fill its memory, hang, or give wrong ids. */
final class HostileTokenizers {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A hostile {@code tokenizer.json}.
   *
   * @param refusal what its refusal says
   */
  record Hostile(String json, String refusal) {}

  private final Map<String, Hostile> all = new LinkedHashMap<>();

  static Map<String, Hostile> all() {
    HostileTokenizers hostile = new HostileTokenizers();
    hostile.patterns();
    hostile.normalizers();
    hostile.addedTokens();
    hostile.postProcessors();
    hostile.decoders();
    hostile.models();
    hostile.files();
    return hostile.all;
  }

  private void patterns() {
    split("nested groups", "(".repeat(5000) + "a" + ")".repeat(5000), "10001 characters");
    split("some nested groups", "((((((a))))))", "4 groups in each other");
    split("a repeated repetition", "(a+)+$", "no unbounded repetition in a group");
    split("three repetitions", "a*a*a*b", "one unbounded repetition before a part that may fail");
    for (String escape :
        List.of("1", "g<1>", "k<a>", "K", "R", "X", "G", "Q", "c[", "C-[", "M-[", "M-\\\\C-[")) {
      split("the escape " + escape, "(a)\\\\" + escape, "after a backslash one of");
      split("the escape " + escape + " in a class", "[\\\\" + escape + "]b", "after a backslash");
    }
    split("groups after a control character", "\\\\c[(((((((a+)+)+)+)+)+)+]", "after a backslash");
    split("groups in braces", "\\\\x{((((((a+)+)+)+)+)+}", "after a backslash");
    split("a backslash at the end", "a\\\\", "after a backslash");
    split("a backslash at the end of a class", "[a\\\\", "after a backslash");
    split("a long count", "a{1,1000}", "at most 16 counted repetitions");
    split("an empty match", "a*", "a character that every match takes");
    split("an open group", "(a", "a closing bracket");
    split("an open class", "[a", "a bracket that closes the class");
    split("a look behind", "(?<=a)b", "a group of the kind");
  }

  private void split(String name, String pattern, String refusal) {
    put(
        name,
        "pre_tokenizer",
        "{'type':'Split','pattern':{'Regex':'%s'},'behavior':'Isolated','invert':false}"
            .formatted(pattern),
        refusal);
  }

  private void normalizers() {
    put("growth", "normalizer", replaces(2, 1000), "normalizers[0].content: 1000 characters");
    put("growth in steps", "normalizer", replaces(2, 60), "makes one byte into 60");
    put("growth of a part", "normalizer", replaces(3, 6), "makes one byte into 216");
    put(
        "nonsense in a map",
        "normalizer",
        "{'type':'Precompiled','precompiled_charsmap':'AAAA'}",
        "normalizer.type: Precompiled");
    put("deep sequences", "normalizer", nested(10_000), "nesting depth");
    put("sequences in sequences", "normalizer", nested(10), "a sequence in 5 sequences");
    put("an unknown step", "normalizer", "{'type':'Shout'}", "normalizer.type: Shout");
    put("a step without a type", "normalizer", "{'content':'a'}", "normalizer.type: missing");
    put(
        "nothing replaced",
        "normalizer",
        "{'type':'Replace','pattern':{'String':''},'content':'ab'}",
        "normalizer.pattern.String: \"\"");
  }

  private static String replaces(int steps, int growth) {
    String replace = "{'type':'Replace','pattern':{'String':'a'},'content':'%s'}";
    List<String> list = Collections.nCopies(steps, replace.formatted("a".repeat(growth)));
    return "{'type':'Sequence','normalizers':[" + String.join(",", list) + "]}";
  }

  private static String nested(int depth) {
    return "{'type':'Sequence','normalizers':[".repeat(depth) + "]}".repeat(depth);
  }

  private void addedTokens() {
    ObjectNode many = TinyTokenizer.json();
    for (int i = 0; i < 200_000; i++) {
      added(many, TinyTokenizer.SIZE + i, "<t" + i + ">");
    }
    put("200,000 added tokens", many, "added_tokens: 200002 elements");
    ObjectNode other = TinyTokenizer.json();
    added(other, TinyTokenizer.SIZE + 5, "<far>");
    put("an id that the library gives otherwise", other, "added_tokens[2].id");
    ObjectNode empty = TinyTokenizer.json();
    added(empty, TinyTokenizer.SIZE, "");
    put("an empty added token", empty, "added_tokens[2].content");
    ObjectNode spaces = TinyTokenizer.json();
    added(spaces, TinyTokenizer.SIZE, "<x>").put("rstrip", true);
    added(spaces, TinyTokenizer.SIZE + 1, "  ").put("lstrip", true);
    put("space that two added tokens take in", spaces, "added_tokens[3].lstrip");
    ObjectNode stripped = TinyTokenizer.json();
    added(stripped, TinyTokenizer.SIZE, " ").put("normalized", true);
    stripped
        .putObject("normalizer")
        .put("type", "Strip")
        .put("strip_left", true)
        .put("strip_right", true);
    put("an added token that is normalised away", stripped, "added_tokens[2].normalized");
  }

  private static ObjectNode added(ObjectNode json, int id, String content) {
    ObjectNode token = ((ArrayNode) json.path("added_tokens")).addObject();
    for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized", "special")) {
      token.put(flag, false);
    }
    return token.put("id", id).put("content", content);
  }

  private void postProcessors() {
    String text = "{'Sequence':{'id':'A','type_id':0}}";
    String begin = "{'SpecialToken':{'id':'<s>','type_id':0}}";
    template("an unknown token", begin + "," + text, "{}", "single[0].SpecialToken.id: \"<s>\"");
    String tokens = "{'<s>':{'id':'<s>','ids':[0],'tokens':['<s>']}}";
    template(
        "100,000 tokens around a text",
        (begin + ",").repeat(100_000) + text,
        tokens,
        "single: 100001 elements");
    template("a text twice", text + "," + text, tokens, "texts [A, A]");
    template("no text", begin, tokens, "texts []");
    template("the second of one text", text.replace("A", "B"), tokens, "texts [B]");
    template(
        "ids without tokens",
        text,
        "{'<s>':{'id':'<s>','ids':[0,0],'tokens':['<s>']}}",
        "special_tokens.<s>.tokens");
    String one = template(text, tokens);
    put(
        "two templates",
        "post_processor",
        "{'type':'Sequence','processors':[" + one + "," + one + "]}",
        "a second template");
  }

  private void template(String name, String single, String tokens, String refusal) {
    put(name, "post_processor", template(single, tokens), refusal);
  }

  private static String template(String single, String tokens) {
    return ("{'type':'TemplateProcessing','single':[%s],'pair':[{'Sequence':{'id':'A','type_id':0}},"
            + "{'Sequence':{'id':'B','type_id':1}}],'special_tokens':%s}")
        .formatted(single, tokens);
  }

  private void decoders() {
    String strip = "{'type':'Strip','content':' ','start':0,'stop':1}";
    String sequence = "{'type':'Sequence','decoders':[{'type':'ByteLevel'},%s]}";
    put("a strip at the end", "decoder", sequence.formatted(strip), "decoders[1].stop: 1");
    put(
        "a long replacement",
        "decoder",
        sequence.formatted(
            "{'type':'Replace','pattern':{'String':'a'},'content':'%s'}"
                .formatted("b".repeat(1 << 20))),
        "decoders[1].content: 1048576 characters");
    put("another decoder", "decoder", "{'type':'CTC'}", "decoder.type: CTC");
  }

  private void models() {
    model("a merge of unknown tokens", "merges", "[['a','zz']]", "model.merges[0]");
    model("a merge of three tokens", "merges", "['a b c']", "model.merges[0]");
    model("a prefix of pieces", "continuing_subword_prefix", "'##'", "continuing_subword_prefix");
    model("chance", "dropout", "0.5", "model.dropout");
    model("an unknown token for the unknown", "unk_token", "'<unk>'", "model.unk_token");
    model("an id twice", "vocab", "{'a':0,'b':0}", "id of token b: 0 (expected: another id");
    model("a huge id", "vocab", "{'a':4294967295}", "id of token a");
    model("an id that is text", "vocab", "{'a':'0'}", "id of token a");
    model("a vocabulary that is text", "vocab", "'a'", "model.vocab: \"a\"");
    model("no vocabulary", "vocab", "{}", "model.vocab: no tokens");
    unigram("a score that is no number", "[['a','NaN']]", "model.vocab[0]");
    unigram("an endless score", "[['a',1e400]]", "model.vocab[0]");
    unigram("an empty piece", "[['',0]]", "model.vocab[0]");
    unigram("an empty vocabulary", "[]", "model.unk_id");
    put("another model", "model", "{'type':'WordPiece','vocab':{'a':0}}", "model.type: WordPiece");
  }

  private void model(String name, String field, String value, String refusal) {
    ObjectNode json = TinyTokenizer.json();
    json.putArray("added_tokens");
    ObjectNode model = (ObjectNode) json.path("model");
    model.set(field, read(value));
    if (field.equals("vocab")) {
      model.putArray("merges");
    }
    put(name, json, refusal);
  }

  private void unigram(String name, String vocabulary, String refusal) {
    ObjectNode json = TinyTokenizer.json();
    json.putArray("added_tokens");
    json.set("model", read("{'type':'Unigram','unk_id':0,'vocab':" + vocabulary + "}"));
    put(name, json, refusal);
  }

  private void files() {
    String whole = TinyTokenizer.json().toString();
    all.put("a cut file", new Hostile(whole.substring(0, whole.length() / 2), "not valid JSON"));
    all.put("a list", new Hostile("[]", "not a JSON object"));
    all.put("a name twice", new Hostile("{\"model\":1," + whole.substring(1), "Duplicate field"));
  }

  private void put(String name, String component, String value, String refusal) {
    ObjectNode json = TinyTokenizer.json();
    json.put(component, "HERE");
    all.put(name, new Hostile(json.toString().replace("\"HERE\"", quoted(value)), refusal));
  }

  private void put(String name, ObjectNode json, String refusal) {
    all.put(name, new Hostile(json.toString(), refusal));
  }

  private static JsonNode read(String value) {
    try {
      return JSON.readTree(quoted(value));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String quoted(String value) {
    return value.replace('\'', '"');
  }
}
