package dev.panda.orchestrator.workshop.benchmark.report;

import dev.panda.orchestrator.workshop.benchmark.load.Result;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.style.CategoryStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** One figure of a sweep, against what the sweep varies. */
final class Panel {
  /** Told apart by people who see few colours, too (Okabe and Ito). */
  private static final List<Color> COLORS =
      List.of(
          new Color(0x8a949e),
          new Color(0x1f6fb2),
          new Color(0xd9822b),
          new Color(0x009e73),
          new Color(0xcc79a7),
          new Color(0x56b4e9));

  private static final Color TEXT = new Color(0x3c4650);
  private static final Color GRID = new Color(0xe6e9ec);
  private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final double HEADROOM = 1.05;
  private static final BasicStroke LINE = new BasicStroke(2);
  private static final BasicStroke DASHES =
      new BasicStroke(
          1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 10, new float[] {5, 5}, 0);

  private final Axis axis;
  private final Map<String, List<Result>> lines;
  private final CategoryChart chart;
  private double highest;

  private Panel(Axis axis, Map<String, List<Result>> lines, CategoryChart chart) {
    this.axis = axis;
    this.lines = lines;
    this.chart = chart;
  }

  /** A panel without lines. */
  static Panel of(String title, List<Result> results) {
    Axis axis = Axis.of(results);
    CategoryChart chart = new CategoryChartBuilder().title(title).xAxisTitle(axis.title()).build();
    style(chart.getStyler());
    return new Panel(
        axis,
        results.stream()
            .collect(Collectors.groupingBy(axis::line, LinkedHashMap::new, Collectors.toList())),
        chart);
  }

  private static void style(CategoryStyler styler) {
    styler.setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Line);
    styler.setOverlapped(true);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setChartFontColor(TEXT);
    styler.setChartPadding(10);
    styler.setChartTitleFont(FONT.deriveFont(Font.BOLD, 13f));
    styler.setChartTitleBoxVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Vertical);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setLegendFont(FONT);
    styler.setPlotBorderVisible(false);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setAxisTickMarksColor(GRID);
    styler.setAxisTickLabelsColor(TEXT);
    styler.setAxisTickLabelsFont(FONT);
    styler.setAxisTitleFont(FONT);
    styler.setMarkerSize(7);
    styler.setYAxisMin(0.0);
  }

  /** Adds a line for each contender. */
  Panel lines(ToDoubleFunction<Result> figure) {
    return add("", figure, LINE);
  }

  /** Adds a dashed line for each contender; the legend leaves them out. */
  Panel dashes(ToDoubleFunction<Result> figure) {
    return add(" dashed", figure, DASHES);
  }

  private Panel add(String suffix, ToDoubleFunction<Result> figure, BasicStroke stroke) {
    List<String> names = new ArrayList<>(lines.keySet());
    lines.forEach(
        (name, results) -> {
          List<String> places = results.stream().map(axis::place).toList();
          List<Double> figures = results.stream().map(figure::applyAsDouble).toList();
          CategorySeries series = chart.addSeries(name + suffix, places, figures);
          Color color = COLORS.get(names.indexOf(name) % COLORS.size());
          series.setLineColor(color);
          series.setLineStyle(stroke);
          series.setMarker(SeriesMarkers.CIRCLE);
          series.setMarkerColor(color);
          series.setShowInLegend(stroke.getDashArray() == null);
          figures.forEach(drawn -> highest = Math.max(highest, drawn));
        });
    return this;
  }

  void paint(Graphics2D graphics, int width, int height) {
    if (highest > 0) {
      chart.getStyler().setYAxisMax(HEADROOM * highest);
    }
    chart.paint(graphics, width, height);
  }
}
