package dev.panda.reward.workshop.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.panda.reward.workshop.evaluation.CalibrationError;
import dev.panda.reward.workshop.evaluation.PairReport;
import dev.panda.transformer.jinja.Template;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.reward.TrainingRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reports as one self-contained HTML page. The Jinja template {@code report.html} contains its
 * text; it receives this record's fields, with numbers as text with three decimals.
 *
 * @param backbone name of the backbone
 * @param numerics format of the backbone's weights
 * @param seed for draws and intervals
 */
public record ReportPage(String backbone, String numerics, long seed, List<File> files) {
  private static final String TEMPLATE = "report.html";
  private static final TypeReference<Map<String, Object>> VARIABLES = new TypeReference<>() {};

  private static final JsonMapper VIEW =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new Decimals())
                  .addSerializer(String.class, new Escaped()))
          .build();

  /** A file of pairs and the results of each reward model on it. */
  record File(String name, String sha256, int pairs, int prompts, List<Model> models) {
    private static File of(List<PairReport> reports) {
      PairReport any = reports.get(0);
      return new File(
          any.file(),
          any.sha256(),
          any.pairs(),
          any.prompts(),
          reports.stream().map(Model::of).toList());
    }
  }

  /**
   * A reward model and its results on a file.
   *
   * @param training its training data; empty if the model was not made by Panda
   * @param distribution plot of rewards, PNG in Base64
   * @param reliability plot of confidence against share of correct choices, PNG in Base64
   */
  record Model(
      RewardCard card,
      boolean trainedOn,
      List<TrainingRecord.Data> training,
      List<PairReport.CutAccuracy> accuracies,
      double calibrationError,
      List<CalibrationError.Bin> bins,
      PairReport.Spread spread,
      String distribution,
      String reliability) {
    private static Model of(PairReport report) {
      return new Model(
          report.card(),
          report.trainedOn(),
          report.card().training().map(TrainingRecord::data).stream().toList(),
          report.accuracies(),
          report.calibrationError(),
          report.reliability(),
          report.spread(),
          Base64.getEncoder().encodeToString(Plots.distribution(report)),
          Base64.getEncoder().encodeToString(Plots.reliability(report)));
    }
  }

  /**
   * Checks that this machine can make a page; call it before long work.
   *
   * @throws dev.panda.transformer.workshop.training.TrainingException if the machine has no font
   *     for plots
   */
  public static void requireFont() {
    Plots.requireFont();
  }

  /**
   * Creates the page of reports, in their order.
   *
   * @param reports at least one; the reports of one file must be adjacent
   */
  public static ReportPage of(
      String backbone, String numerics, long seed, List<PairReport> reports) {
    Map<List<String>, List<PairReport>> byFile =
        reports.stream()
            .collect(
                Collectors.groupingBy(
                    report -> List.of(report.file(), report.sha256()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return new ReportPage(
        backbone, numerics, seed, byFile.values().stream().map(File::of).toList());
  }

  /** The HTML. */
  public String render() {
    Map<String, Object> variables = VIEW.convertValue(this, VARIABLES);
    variables.put("width", Plots.WIDTH);
    variables.put("height", Plots.HEIGHT);
    return Template.parse(template())
        .render(variables, LocalDateTime.now(ZoneId.systemDefault()))
        .chars();
  }

  private static String template() {
    try (InputStream in = ReportPage.class.getResourceAsStream(TEMPLATE)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Decimals extends StdSerializer<Double> {
    private static final long serialVersionUID = 1;

    Decimals() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeString(String.format(Locale.ROOT, "%.3f", value));
    }
  }

  /** Text never becomes markup: it is escaped before the template sees it. */
  private static final class Escaped extends StdSerializer<String> {
    private static final long serialVersionUID = 1;

    Escaped() {
      super(String.class);
    }

    @Override
    public void serialize(String value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      String noEntities = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
      json.writeString(noEntities.replace("\"", "&#34;").replace("'", "&#39;"));
    }
  }
}
