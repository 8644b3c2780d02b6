package dev.panda.reward.workshop.report;

import dev.panda.reward.workshop.evaluation.CalibrationError;
import dev.panda.reward.workshop.evaluation.PairReport;
import dev.panda.transformer.workshop.training.TrainingException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws a report's plots as PNG. Needs a font on the machine, but no display. */
final class Plots {
  static final int WIDTH = 460;
  static final int HEIGHT = 330;

  /** Pixels for each unit of length; sharp on screens with twice the usual density. */
  private static final int DENSITY = 2;

  private static final Color CHOSEN = new Color(0x1f6fb2);
  private static final Color REJECTED = new Color(0xd9822b);
  private static final Color TEXT = new Color(0x3c4650);
  private static final Color FAINT = new Color(0x8a949e);
  private static final Color GRID = new Color(0xe6e9ec);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final BasicStroke LINE = new BasicStroke(2);
  private static final BasicStroke DASHES =
      new BasicStroke(
          1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 5}, 0);

  private Plots() {}

  /**
   * Checks that this machine can draw plots.
   *
   * @throws TrainingException if the machine has no font
   */
  static void requireFont() {
    System.setProperty("java.awt.headless", "true");
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      graphics.getFontMetrics(FONT).stringWidth("0");
    } catch (RuntimeException | Error e) { // AWT throws several kinds of both
      throw new TrainingException(
          "plots: no font on this machine (expected: a font that fontconfig finds)",
          "Install one (Debian, Ubuntu: apt install fontconfig fonts-dejavu-core).",
          e);
    } finally {
      graphics.dispose();
    }
  }

  /** The distributions of the rewards of chosen and rejected responses. */
  static byte[] distribution(PairReport report) {
    XYChart chart = chart("reward, standard deviations from the calibration mean", "responses");
    Histogram histogram = Histogram.of(report.chosen(), report.rejected());
    area(chart, name("chosen", report.chosen()), CHOSEN, histogram.edges(), histogram.chosen());
    area(
        chart,
        name("rejected", report.rejected()),
        REJECTED,
        histogram.edges(),
        histogram.rejected());
    chart.getStyler().setYAxisMin(0.0);
    return png(chart);
  }

  private static String name(String sample, double[] rewards) {
    return String.format(
        Locale.ROOT, "%s, mean %+.2f", sample, DoubleStream.of(rewards).average().orElseThrow());
  }

  /** Draws the outline of a histogram and fills the area below it. */
  private static void area(XYChart chart, String name, Color color, double[] edges, int[] counts) {
    double[] x = new double[2 * edges.length];
    double[] y = new double[2 * edges.length];
    for (int i = 0; i < edges.length; i++) {
      x[2 * i] = edges[i];
      x[2 * i + 1] = edges[i];
      y[2 * i] = i == 0 ? 0 : counts[i - 1];
      y[2 * i + 1] = i == counts.length ? 0 : counts[i];
    }
    XYSeries series = chart.addSeries(name, x, y);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Area);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(LINE);
    series.setFillColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 70));
  }

  /** Confidence against share of correct choices, with the number of pairs beside each point. */
  static byte[] reliability(PairReport report) {
    XYChart chart = chart("confidence", "share of correct choices");
    XYSeries diagonal =
        chart.addSeries("as it should be", new double[] {0.5, 1}, new double[] {0.5, 1});
    diagonal.setMarker(SeriesMarkers.NONE);
    diagonal.setLineColor(FAINT);
    diagonal.setLineStyle(DASHES);
    List<CalibrationError.Bin> bins = report.reliability();
    XYSeries model =
        chart.addSeries(
            "reward model, pairs beside",
            bins.stream().mapToDouble(CalibrationError.Bin::confidence).toArray(),
            bins.stream().mapToDouble(CalibrationError.Bin::correct).toArray());
    model.setMarker(SeriesMarkers.CIRCLE);
    model.setMarkerColor(CHOSEN);
    model.setLineColor(CHOSEN);
    model.setLineStyle(LINE);
    for (CalibrationError.Bin bin : bins) {
      double above = bin.correct() + (bin.correct() > 0.93 ? -0.05 : 0.05);
      chart.addAnnotation(
          new AnnotationText(Integer.toString(bin.pairs()), bin.confidence(), above, false));
    }
    XYStyler styler = chart.getStyler();
    styler.setXAxisMin(0.5).setXAxisMax(1.0);
    styler.setYAxisMin(0.0).setYAxisMax(1.0);
    return png(chart);
  }

  private static XYChart chart(String x, String y) {
    XYChart chart =
        new XYChartBuilder().width(WIDTH).height(HEIGHT).xAxisTitle(x).yAxisTitle(y).build();
    XYStyler styler = chart.getStyler();
    styler.setLocale(Locale.ROOT);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(TEXT);
    styler.setChartPadding(10);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(FONT);
    styler.setPlotBorderVisible(false);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAxisTickMarksColor(GRID);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setAxisTickLabelsFont(FONT);
    styler.setAxisTitleFont(FONT);
    styler.setAnnotationTextFont(FONT.deriveFont(11f));
    styler.setAnnotationTextFontColor(FAINT);
    styler.setMarkerSize(8);
    return chart;
  }

  private static byte[] png(XYChart chart) {
    BufferedImage image =
        new BufferedImage(WIDTH * DENSITY, HEIGHT * DENSITY, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(DENSITY, DENSITY);
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
