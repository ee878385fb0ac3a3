"""Trigonometric and hyperbolic functions on TensorFlow: its own functions."""

from __future__ import annotations

import tensorflow as tf

sin = tf.sin
cos = tf.cos
tan = tf.tan
tanh = tf.tanh
sinh = tf.sinh
cosh = tf.cosh
arcsin = tf.asin
arccos = tf.acos
arctan = tf.atan
arctan2 = tf.atan2
arcsinh = tf.asinh
arccosh = tf.acosh
arctanh = tf.atanh
