#include "common/standin/digits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <hetsyn/random.hpp>
#include <span>

namespace hetsyn::tasks {
namespace {

constexpr std::uint32_t kSide = 28;      // pixels
constexpr std::size_t kCurvePieces = 6;  // straight pieces between two points of a stroke
constexpr std::size_t kMostPoints = 10;  // of a stroke

/// In units of the height of a digit, x to the right and y downwards, with the middle of the digit at 0; later in
/// pixels.
struct Point {
  double x, y;
};

/// A smooth curve through its points, written without lifting the pen.
struct Stroke {
  std::array<Point, kMostPoints> point{};
  std::size_t count = 0;
};

using Glyph = std::vector<Stroke>;

Stroke stroke(std::initializer_list<Point> points) {
  Stroke result;
  result.count = points.size();
  std::ranges::copy(points, result.point.begin());
  return result;
}

const std::array<Glyph, 10>& glyphs() {
  static const std::array<Glyph, 10> all{{
      {stroke({{0, -.5}, {-.24, -.3}, {-.3, 0}, {-.22, .34}, {0, .5}, {.22, .34}, {.3, 0}, {.24, -.3}, {0, -.5}})},
      {stroke({{-.12, -.34}, {.03, -.5}}), stroke({{.03, -.5}, {.02, 0}, {0, .5}})},
      {stroke({{-.27, -.3}, {-.14, -.46}, {.08, -.49}, {.25, -.3}, {.18, -.05}, {-.05, .22}, {-.3, .48}}),
       stroke({{-.3, .48}, {0, .46}, {.3, .46}})},
      {stroke({{-.26, -.38}, {0, -.5}, {.22, -.34}, {.16, -.1}, {-.05, -.02}}),
       stroke({{-.05, -.02}, {.2, .08}, {.27, .28}, {.06, .49}, {-.28, .4}})},
      {stroke({{-.1, -.5}, {-.2, -.2}, {-.3, .1}}), stroke({{-.3, .1}, {0, .1}, {.32, .1}}),
       stroke({{.16, -.3}, {.14, .1}, {.12, .5}})},
      {stroke({{.26, -.48}, {0, -.48}, {-.2, -.48}}), stroke({{-.2, -.48}, {-.22, -.26}, {-.24, -.06}}),
       stroke({{-.24, -.06}, {.05, -.12}, {.26, .1}, {.2, .38}, {-.04, .5}, {-.28, .4}})},
      {stroke({{.18, -.5},
               {-.1, -.28},
               {-.26, .08},
               {-.2, .4},
               {.04, .5},
               {.24, .32},
               {.16, .08},
               {-.06, .06},
               {-.22, .26}})},
      {stroke({{-.3, -.46}, {0, -.46}, {.3, -.46}}), stroke({{.3, -.46}, {.1, -.06}, {-.06, .5}})},
      {stroke({{.2, -.36},
               {0, -.5},
               {-.2, -.34},
               {-.08, -.1},
               {.14, .1},
               {.2, .34},
               {0, .5},
               {-.22, .32},
               {-.1, .06},
               {.2, -.36}})},
      {stroke({{.22, -.3}, {.02, -.5}, {-.2, -.34}, {-.18, -.1}, {.04, -.04}, {.22, -.3}}),
       stroke({{.22, -.3}, {.2, .1}, {.1, .5}})},
  }};
  return all;
}

/// The properties of one image: a linear map from digit to pixels, its origin, and the pen.
struct Hand {
  double xx, xy, yx, yy, x, y;  // pixels
  double radius;                // of the pen, pixels
  double wave;                  // s.d. of a point's displacement, heights
  double blackness, noise;      // largest grey value; s.d. of the noise; 1 is white
};

Hand draw_hand(sdk::Random& random) {
  const double height = random.uniform(16.0, 21.0);
  const double width = height * random.uniform(0.75, 1.2);
  const double angle = random.uniform(-0.18, 0.18);  // radians
  const double slant = random.uniform(-0.25, 0.35);
  Hand hand{};
  hand.xx = width * std::cos(angle);
  hand.xy = -height * (std::sin(angle) + slant * std::cos(angle));
  hand.yx = width * std::sin(angle);
  hand.yy = height * (std::cos(angle) - slant * std::sin(angle));
  hand.x = 0.5 * kSide + random.uniform(-1.5, 1.5);
  hand.y = 0.5 * kSide + random.uniform(-1.5, 1.5);
  hand.radius = random.uniform(0.7, 1.7);
  hand.wave = random.uniform(0.01, 0.04);
  hand.blackness = random.uniform(0.85, 1.0);
  hand.noise = random.uniform(0.0, 0.06);
  return hand;
}

/// The points of a stroke in pixels, with the variations of this hand.
Stroke write_stroke(const Stroke& ideal, const Hand& hand, sdk::Random& random) {
  Stroke written = ideal;
  for (Point& p : std::span(written.point).first(written.count)) {
    const double x = p.x + hand.wave * random.normal();
    const double y = p.y + hand.wave * random.normal();
    p = {hand.x + hand.xx * x + hand.xy * y, hand.y + hand.yx * x + hand.yy * y};
  }
  return written;
}

/// Catmull-Rom spline between p1 and p2 at u of 0 to 1 (Catmull & Rom 1974).
double spline(double p0, double p1, double p2, double p3, double u) {
  return 0.5 * (2 * p1 + u * (p2 - p0 + u * (2 * p0 - 5 * p1 + 4 * p2 - p3 + u * (3 * (p1 - p2) + p3 - p0))));
}

/// Appends the curve through the stroke's points.
void append_curve(const Stroke& stroke, std::vector<Point>& curve) {
  const auto at = [&](std::size_t i) { return stroke.point[std::min(i, stroke.count - 1)]; };
  for (std::size_t i = 0; i + 1 < stroke.count; ++i) {
    const Point p0 = at(i == 0 ? 0 : i - 1), p1 = at(i), p2 = at(i + 1), p3 = at(i + 2);
    for (std::size_t piece = 0; piece < kCurvePieces; ++piece) {
      const double u = static_cast<double>(piece) / kCurvePieces;
      curve.push_back({spline(p0.x, p1.x, p2.x, p3.x, u), spline(p0.y, p1.y, p2.y, p3.y, u)});
    }
  }
  curve.push_back(at(stroke.count - 1));
}

double squared_distance(Point p, Point a, Point b) {
  const double dx = b.x - a.x, dy = b.y - a.y;
  const double length2 = dx * dx + dy * dy;
  const double along = length2 == 0.0 ? 0.0 : ((p.x - a.x) * dx + (p.y - a.y) * dy) / length2;
  const double u = std::clamp(along, 0.0, 1.0);
  const double ex = p.x - a.x - u * dx, ey = p.y - a.y - u * dy;
  return ex * ex + ey * ey;
}

/// How much of each pixel the pen covers, 0 to 1: a round pen along the curve, one pixel wide at its soft edge.
void ink(std::span<const Point> curve, double radius, std::span<double> image) {
  for (std::uint32_t row = 0; row < kSide; ++row) {
    for (std::uint32_t column = 0; column < kSide; ++column) {
      const Point centre{column + 0.5, row + 0.5};
      double nearest = kSide * kSide;
      for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
        nearest = std::min(nearest, squared_distance(centre, curve[i], curve[i + 1]));
      }
      double& pixel = image[row * kSide + column];
      pixel = std::max(pixel, std::clamp(radius + 0.5 - std::sqrt(nearest), 0.0, 1.0));
    }
  }
}

void render(const Glyph& glyph, sdk::Random& random, std::span<std::uint8_t> pixels) {
  const Hand hand = draw_hand(random);
  std::vector<double> image(pixels.size(), 0.0);
  std::vector<Point> curve;
  for (const Stroke& ideal : glyph) {
    curve.clear();
    append_curve(write_stroke(ideal, hand, random), curve);
    ink(curve, hand.radius, image);
  }
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    // As in scanned digits, the background is clean and only the inked pixels vary.
    const double grey = image[i] == 0.0 ? 0.0 : hand.blackness * image[i] + hand.noise * random.normal();
    pixels[i] = static_cast<std::uint8_t>(std::lround(255.0 * std::clamp(grey, 0.0, 1.0)));
  }
}

}  // namespace

RenderedDigits render_digits(std::size_t count, std::uint64_t seed) {
  RenderedDigits digits;
  digits.images.rows = digits.images.columns = kSide;
  digits.images.pixels.resize(count * digits.images.pixels_per_image());
  const std::span<std::uint8_t> pixels(digits.images.pixels);
  for (std::size_t i = 0; i < count; ++i) {
    const auto digit = static_cast<std::uint8_t>(i % glyphs().size());
    sdk::Random random({seed, i});
    digits.labels.push_back(digit);
    render(glyphs()[digit], random, pixels.subspan(i * kSide * kSide, kSide * kSide));
  }
  return digits;
}

}  // namespace hetsyn::tasks
