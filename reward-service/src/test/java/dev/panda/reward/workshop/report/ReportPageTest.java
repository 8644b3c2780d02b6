package dev.panda.reward.workshop.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThatCode;

import dev.panda.reward.workshop.evaluation.CalibrationError;
import dev.panda.reward.workshop.evaluation.PairReport;
import dev.panda.transformer.reward.Accuracy;
import dev.panda.transformer.reward.Calibration;
import dev.panda.transformer.reward.Pooling;
import dev.panda.transformer.reward.RewardCard;
import dev.panda.transformer.testing.TinyModels;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  /** Plots need a font; a machine without one cannot make them. */
  @BeforeAll
  static void needsAFont() {
    assumeThatCode(ReportPage::requireFont).doesNotThrowAnyException();
  }

  @Test
  void tellsAccuraciesAndCalibrationOfEveryModelOnEveryFile() {
    String page =
        ReportPage.of(
                "tiny",
                "float32",
                7,
                List.of(
                    report("a.jsonl", "wit", false),
                    report("a.jsonl", "brevity", false),
                    report("b.jsonl", "wit", false),
                    report("b.jsonl", "brevity", false)))
            .render();

    assertThat(tags(page, "h2")).containsExactly("a.jsonl", "b.jsonl");
    assertThat(tags(page, "h3")).containsExactly("wit", "brevity", "wit", "brevity");
    assertThat(page)
        .contains("<b>0.800</b><small>0.700 – 0.925</small>")
        .contains("<th scope=\"col\">100 %</th><th scope=\"col\">25 %</th>")
        .contains("<dd>0.100 ± 2.000</dd>")
        .contains("<dd>0.250 ± 1.500</dd>")
        .contains("<td>0.975</td><td>0.900</td><td>40</td>")
        .contains("seed 7")
        .doesNotContain("trained on this file");
  }

  @Test
  void needsNothingFromOutside() {
    String page = ReportPage.of("tiny", "float32", 0, List.of(report("a", "wit", false))).render();

    assertThat(page).startsWith("<!DOCTYPE html>");
    assertThat(page.split("<img ", -1)).hasSize(3);
    assertThat(page).doesNotContain("http:", "https:", "<script", "<link", "url(");
    Matcher sources = Pattern.compile("src=\"([^\"]{0,22})").matcher(page);
    assertThat(sources.results().map(source -> source.group(1)))
        .containsOnly("data:image/png;base64,");
  }

  @Test
  void warnsIfTheModelWasTrainedOnTheFile() {
    assertThat(ReportPage.of("tiny", "float32", 0, List.of(report("a", "wit", true))).render())
        .contains("trained on this file");
  }

  @Test
  void textIsNoMarkupAndNoTemplate() {
    String page =
        ReportPage.of("<i>{{ 1 + 1 }}", "float32", 0, List.of(report("<b>{% raw %}", "wit", false)))
            .render();

    assertThat(page)
        .contains("&lt;i&gt;{{ 1 + 1 }}", "&lt;b&gt;{% raw %}")
        .doesNotContain("<i>", "<b>{%");
  }

  @Test
  void plotsShowBothSamplesAndEveryPoint() throws IOException {
    PairReport report = report("a", "wit", false);

    assertThat(colours(Plots.distribution(report))).contains(0x1f6fb2, 0xd9822b);
    assertThat(colours(Plots.reliability(report))).contains(0x1f6fb2).doesNotContain(0xd9822b);
  }

  private static List<Integer> colours(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(2 * Plots.WIDTH);
    assertThat(image.getHeight()).isEqualTo(2 * Plots.HEIGHT);
    return IntStream.range(0, image.getWidth() * image.getHeight())
        .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()) & 0xffffff)
        .distinct()
        .boxed()
        .toList();
  }

  private static List<String> tags(String page, String tag) {
    return Pattern.compile("<" + tag + ">(.*?)</" + tag + ">")
        .matcher(page)
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  private static PairReport report(String file, String preference, boolean trainedOn) {
    RewardCard card =
        TinyModels.card(
            preference, "00", TinyModels.readout(1, Pooling.MEAN), new Calibration(0.1, 2));
    return new PairReport(
        file,
        "ab12",
        60,
        20,
        card,
        trainedOn,
        List.of(
            new PairReport.CutAccuracy(100, new Accuracy(0.8, 0.7, 0.925)),
            new PairReport.CutAccuracy(25, new Accuracy(0.6, 0.5, 0.7))),
        0.05,
        List.of(new CalibrationError.Bin(0.525, 0.5, 20), new CalibrationError.Bin(0.975, 0.9, 40)),
        new PairReport.Spread(0.25, 1.5),
        new double[] {0.5, 1.5, 2.5},
        new double[] {-1.5, 0.5, 1.5});
  }
}
