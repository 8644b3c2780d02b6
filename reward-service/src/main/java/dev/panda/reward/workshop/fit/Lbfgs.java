package dev.panda.reward.workshop.fit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function: limited-memory BFGS (Nocedal and Wright, <i>Numerical
 * Optimization</i>, Algorithm 7.4) with a backtracking line search. Deterministic.
 *
 * @param maxIterations at least 1
 * @param tolerance the search stops when the gradient's largest component is below it
 */
public record Lbfgs(int maxIterations, double tolerance) {
  private static final int HISTORY = 10;
  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final int MAX_HALVINGS = 40;

  /** One accepted step: s = x' − x, y = g' − g, ρ = 1 / (y · s). */
  private record Curvature(double[] s, double[] y, double rho) {}

  /** Finds the minimiser, beginning at a start, which is not modified [size]. */
  public double[] minimise(Objective objective, double[] start) {
    double[] x = start.clone();
    double[] gradient = new double[x.length];
    double value = objective.evaluate(x, gradient);
    Deque<Curvature> history = new ArrayDeque<>();
    for (int iteration = 0; iteration < maxIterations; iteration++) {
      if (largest(gradient) < tolerance) {
        return x;
      }
      double[] direction = direction(gradient, history);
      double slope = dot(direction, gradient);
      double step = history.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
      double[] nextX = new double[x.length];
      double[] nextGradient = new double[x.length];
      double nextValue = Double.NaN;
      int halvings = 0;
      for (; halvings < MAX_HALVINGS; halvings++) {
        for (int i = 0; i < x.length; i++) {
          nextX[i] = x[i] + step * direction[i];
        }
        nextValue = objective.evaluate(nextX, nextGradient);
        if (nextValue <= value + SUFFICIENT_DECREASE * step * slope) {
          break;
        }
        step /= 2;
      }
      if (halvings == MAX_HALVINGS) {
        return x; // the minimum, within rounding
      }
      remember(history, x, nextX, gradient, nextGradient);
      x = nextX;
      gradient = nextGradient;
      value = nextValue;
    }
    return x;
  }

  /** −H · gradient, with H the approximate inverse Hessian from the history. */
  private static double[] direction(double[] gradient, Deque<Curvature> history) {
    double[] q = gradient.clone();
    double[] alphas = new double[history.size()];
    int newest = 0;
    for (Curvature c : history) {
      alphas[newest] = c.rho * dot(c.s, q);
      addScaled(q, -alphas[newest], c.y);
      newest++;
    }
    if (!history.isEmpty()) {
      Curvature last = history.getFirst();
      scale(q, 1 / (last.rho * dot(last.y, last.y)));
    }
    for (Iterator<Curvature> oldestFirst = history.descendingIterator(); oldestFirst.hasNext(); ) {
      Curvature c = oldestFirst.next();
      newest--;
      addScaled(q, alphas[newest] - c.rho * dot(c.y, q), c.s);
    }
    scale(q, -1);
    return q;
  }

  private static void remember(
      Deque<Curvature> history, double[] x, double[] nextX, double[] g, double[] nextG) {
    double[] s = new double[x.length];
    double[] y = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      s[i] = nextX[i] - x[i];
      y[i] = nextG[i] - g[i];
    }
    double curvature = dot(s, y);
    if (curvature <= 1e-12 * Math.sqrt(dot(s, s) * dot(y, y))) {
      return;
    }
    history.addFirst(new Curvature(s, y, 1 / curvature));
    if (history.size() > HISTORY) {
      history.removeLast();
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addScaled(double[] a, double factor, double[] b) {
    for (int i = 0; i < a.length; i++) {
      a[i] += factor * b[i];
    }
  }

  private static void scale(double[] a, double factor) {
    for (int i = 0; i < a.length; i++) {
      a[i] *= factor;
    }
  }

  private static double largest(double[] a) {
    double largest = 0;
    for (double v : a) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }
}
