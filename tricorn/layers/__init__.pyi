from ._input_spec import InputSpec as InputSpec
from ._layer import Layer as Layer
from ._lookup import deserialize as deserialize, serialize as serialize
from .activation._activation import Activation as Activation
from .activation._elu import ELU as ELU
from .activation._leaky_relu import LeakyReLU as LeakyReLU
from .activation._prelu import PReLU as PReLU
from .activation._relu import ReLU as ReLU
from .activation._softmax import Softmax as Softmax
from .attention._additive_attention import AdditiveAttention as AdditiveAttention
from .attention._attention import Attention as Attention
from .attention._group_query_attention import GroupQueryAttention as GroupQueryAttention
from .attention._multi_head_attention import MultiHeadAttention as MultiHeadAttention
from .conv._conv1d import Conv1D as Conv1D, Convolution1D as Convolution1D
from .conv._conv1d_transpose import (
    Conv1DTranspose as Conv1DTranspose,
    Convolution1DTranspose as Convolution1DTranspose,
)
from .conv._conv2d import Conv2D as Conv2D, Convolution2D as Convolution2D
from .conv._conv2d_transpose import (
    Conv2DTranspose as Conv2DTranspose,
    Convolution2DTranspose as Convolution2DTranspose,
)
from .conv._conv3d import Conv3D as Conv3D, Convolution3D as Convolution3D
from .conv._conv3d_transpose import (
    Conv3DTranspose as Conv3DTranspose,
    Convolution3DTranspose as Convolution3DTranspose,
)
from .conv._depthwise_conv1d import DepthwiseConv1D as DepthwiseConv1D
from .conv._depthwise_conv2d import DepthwiseConv2D as DepthwiseConv2D
from .conv._separable_conv1d import (
    SeparableConv1D as SeparableConv1D,
    SeparableConvolution1D as SeparableConvolution1D,
)
from .conv._separable_conv2d import (
    SeparableConv2D as SeparableConv2D,
    SeparableConvolution2D as SeparableConvolution2D,
)
from .core._dense import Dense as Dense
from .core._einsum_dense import EinsumDense as EinsumDense
from .core._embedding import Embedding as Embedding
from .core._identity import Identity as Identity
from .core._input_layer import Input as Input, InputLayer as InputLayer
from .core._lambda import Lambda as Lambda
from .core._masking import Masking as Masking
from .core._reversible_embedding import ReversibleEmbedding as ReversibleEmbedding
from .core._wrapper import Wrapper as Wrapper
from .merging._add import Add as Add, add as add
from .merging._average import Average as Average, average as average
from .merging._concatenate import Concatenate as Concatenate, concatenate as concatenate
from .merging._dot import Dot as Dot, dot as dot
from .merging._maximum import Maximum as Maximum, maximum as maximum
from .merging._minimum import Minimum as Minimum, minimum as minimum
from .merging._multiply import Multiply as Multiply, multiply as multiply
from .merging._subtract import Subtract as Subtract, subtract as subtract
from .norm._batch_normalization import BatchNormalization as BatchNormalization
from .norm._group_normalization import GroupNormalization as GroupNormalization
from .norm._layer_normalization import LayerNormalization as LayerNormalization
from .norm._rms_normalization import RMSNormalization as RMSNormalization
from .norm._spectral_normalization import SpectralNormalization as SpectralNormalization
from .norm._unit_normalization import UnitNormalization as UnitNormalization
from .pooling._adaptive_average_pooling1d import AdaptiveAveragePooling1D as AdaptiveAveragePooling1D
from .pooling._adaptive_average_pooling2d import AdaptiveAveragePooling2D as AdaptiveAveragePooling2D
from .pooling._adaptive_average_pooling3d import AdaptiveAveragePooling3D as AdaptiveAveragePooling3D
from .pooling._adaptive_max_pooling1d import AdaptiveMaxPooling1D as AdaptiveMaxPooling1D
from .pooling._adaptive_max_pooling2d import AdaptiveMaxPooling2D as AdaptiveMaxPooling2D
from .pooling._adaptive_max_pooling3d import AdaptiveMaxPooling3D as AdaptiveMaxPooling3D
from .pooling._average_pooling1d import AveragePooling1D as AveragePooling1D, AvgPool1D as AvgPool1D
from .pooling._average_pooling2d import AveragePooling2D as AveragePooling2D, AvgPool2D as AvgPool2D
from .pooling._average_pooling3d import AveragePooling3D as AveragePooling3D, AvgPool3D as AvgPool3D
from .pooling._global_average_pooling1d import (
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAvgPool1D as GlobalAvgPool1D,
)
from .pooling._global_average_pooling2d import (
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAvgPool2D as GlobalAvgPool2D,
)
from .pooling._global_average_pooling3d import (
    GlobalAveragePooling3D as GlobalAveragePooling3D,
    GlobalAvgPool3D as GlobalAvgPool3D,
)
from .pooling._global_max_pooling1d import (
    GlobalMaxPool1D as GlobalMaxPool1D,
    GlobalMaxPooling1D as GlobalMaxPooling1D,
)
from .pooling._global_max_pooling2d import (
    GlobalMaxPool2D as GlobalMaxPool2D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
)
from .pooling._global_max_pooling3d import (
    GlobalMaxPool3D as GlobalMaxPool3D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
)
from .pooling._max_pooling1d import MaxPool1D as MaxPool1D, MaxPooling1D as MaxPooling1D
from .pooling._max_pooling2d import MaxPool2D as MaxPool2D, MaxPooling2D as MaxPooling2D
from .pooling._max_pooling3d import MaxPool3D as MaxPool3D, MaxPooling3D as MaxPooling3D
from .preprocessing._category_encoding import CategoryEncoding as CategoryEncoding
from .preprocessing._discretization import Discretization as Discretization
from .preprocessing._hashed_crossing import HashedCrossing as HashedCrossing
from .preprocessing._hashing import Hashing as Hashing
from .preprocessing._integer_lookup import IntegerLookup as IntegerLookup
from .preprocessing._mel_spectrogram import MelSpectrogram as MelSpectrogram
from .preprocessing._normalization import Normalization as Normalization
from .preprocessing._pipeline import Pipeline as Pipeline
from .preprocessing._rescaling import Rescaling as Rescaling
from .preprocessing._stft_spectrogram import STFTSpectrogram as STFTSpectrogram
from .preprocessing._string_lookup import StringLookup as StringLookup
from .preprocessing._text_vectorization import TextVectorization as TextVectorization
from .preprocessing.image._aug_mix import AugMix as AugMix
from .preprocessing.image._auto_contrast import AutoContrast as AutoContrast
from .preprocessing.image._center_crop import CenterCrop as CenterCrop
from .preprocessing.image._contrast_limited_adaptive_histogram_equalization import (
    ContrastLimitedAdaptiveHistogramEqualization as ContrastLimitedAdaptiveHistogramEqualization,
)
from .preprocessing.image._cut_mix import CutMix as CutMix
from .preprocessing.image._equalization import Equalization as Equalization
from .preprocessing.image._max_num_bounding_boxes import MaxNumBoundingBoxes as MaxNumBoundingBoxes
from .preprocessing.image._mix_up import MixUp as MixUp
from .preprocessing.image._rand_augment import RandAugment as RandAugment
from .preprocessing.image._random_brightness import RandomBrightness as RandomBrightness
from .preprocessing.image._random_color_degeneration import RandomColorDegeneration as RandomColorDegeneration
from .preprocessing.image._random_color_jitter import RandomColorJitter as RandomColorJitter
from .preprocessing.image._random_contrast import RandomContrast as RandomContrast
from .preprocessing.image._random_crop import RandomCrop as RandomCrop
from .preprocessing.image._random_elastic_transform import RandomElasticTransform as RandomElasticTransform
from .preprocessing.image._random_erasing import RandomErasing as RandomErasing
from .preprocessing.image._random_flip import RandomFlip as RandomFlip
from .preprocessing.image._random_gaussian_blur import RandomGaussianBlur as RandomGaussianBlur
from .preprocessing.image._random_grayscale import RandomGrayscale as RandomGrayscale
from .preprocessing.image._random_hue import RandomHue as RandomHue
from .preprocessing.image._random_invert import RandomInvert as RandomInvert
from .preprocessing.image._random_perspective import RandomPerspective as RandomPerspective
from .preprocessing.image._random_posterization import RandomPosterization as RandomPosterization
from .preprocessing.image._random_rotation import RandomRotation as RandomRotation
from .preprocessing.image._random_saturation import RandomSaturation as RandomSaturation
from .preprocessing.image._random_sharpness import RandomSharpness as RandomSharpness
from .preprocessing.image._random_shear import RandomShear as RandomShear
from .preprocessing.image._random_translation import RandomTranslation as RandomTranslation
from .preprocessing.image._random_zoom import RandomZoom as RandomZoom
from .preprocessing.image._resizing import Resizing as Resizing
from .preprocessing.image._solarization import Solarization as Solarization
from .regularization._activity_regularization import ActivityRegularization as ActivityRegularization
from .regularization._alpha_dropout import AlphaDropout as AlphaDropout
from .regularization._dropout import Dropout as Dropout
from .regularization._gaussian_dropout import GaussianDropout as GaussianDropout
from .regularization._gaussian_noise import GaussianNoise as GaussianNoise
from .regularization._spatial_dropout1d import SpatialDropout1D as SpatialDropout1D
from .regularization._spatial_dropout2d import SpatialDropout2D as SpatialDropout2D
from .regularization._spatial_dropout3d import SpatialDropout3D as SpatialDropout3D
from .reshaping._cropping1d import Cropping1D as Cropping1D
from .reshaping._cropping2d import Cropping2D as Cropping2D
from .reshaping._cropping3d import Cropping3D as Cropping3D
from .reshaping._flatten import Flatten as Flatten
from .reshaping._permute import Permute as Permute
from .reshaping._repeat_vector import RepeatVector as RepeatVector
from .reshaping._reshape import Reshape as Reshape
from .reshaping._up_sampling1d import UpSampling1D as UpSampling1D
from .reshaping._up_sampling2d import UpSampling2D as UpSampling2D
from .reshaping._up_sampling3d import UpSampling3D as UpSampling3D
from .reshaping._zero_padding1d import ZeroPadding1D as ZeroPadding1D
from .reshaping._zero_padding2d import ZeroPadding2D as ZeroPadding2D
from .reshaping._zero_padding3d import ZeroPadding3D as ZeroPadding3D
from .rnn._bidirectional import Bidirectional as Bidirectional
from .rnn._conv_lstm1d import ConvLSTM1D as ConvLSTM1D
from .rnn._conv_lstm2d import ConvLSTM2D as ConvLSTM2D
from .rnn._conv_lstm3d import ConvLSTM3D as ConvLSTM3D
from .rnn._gru import GRU as GRU
from .rnn._gru_cell import GRUCell as GRUCell
from .rnn._lstm import LSTM as LSTM
from .rnn._lstm_cell import LSTMCell as LSTMCell
from .rnn._rnn import RNN as RNN
from .rnn._simple_rnn import SimpleRNN as SimpleRNN
from .rnn._simple_rnn_cell import SimpleRNNCell as SimpleRNNCell
from .rnn._stacked_rnn_cells import StackedRNNCells as StackedRNNCells
from .rnn._time_distributed import TimeDistributed as TimeDistributed
from .wrappers._flax_layer import FlaxLayer as FlaxLayer
from .wrappers._jax_layer import JaxLayer as JaxLayer
from .wrappers._tfsm_layer import TFSMLayer as TFSMLayer
from .wrappers._torch_module_wrapper import TorchModuleWrapper as TorchModuleWrapper

__all__ = [
    "Activation",
    "ActivityRegularization",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "Add",
    "AdditiveAttention",
    "AlphaDropout",
    "Attention",
    "AugMix",
    "AutoContrast",
    "Average",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    "AvgPool1D",
    "AvgPool2D",
    "AvgPool3D",
    "BatchNormalization",
    "Bidirectional",
    "CategoryEncoding",
    "CenterCrop",
    "Concatenate",
    "ContrastLimitedAdaptiveHistogramEqualization",
    "Conv1D",
    "Conv1DTranspose",
    "Conv2D",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "ConvLSTM1D",
    "ConvLSTM2D",
    "ConvLSTM3D",
    "Convolution1D",
    "Convolution1DTranspose",
    "Convolution2D",
    "Convolution2DTranspose",
    "Convolution3D",
    "Convolution3DTranspose",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "CutMix",
    "Dense",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "Discretization",
    "Dot",
    "Dropout",
    "ELU",
    "EinsumDense",
    "Embedding",
    "Equalization",
    "Flatten",
    "FlaxLayer",
    "GRU",
    "GRUCell",
    "GaussianDropout",
    "GaussianNoise",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    "GlobalAvgPool1D",
    "GlobalAvgPool2D",
    "GlobalAvgPool3D",
    "GlobalMaxPool1D",
    "GlobalMaxPool2D",
    "GlobalMaxPool3D",
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GroupNormalization",
    "GroupQueryAttention",
    "HashedCrossing",
    "Hashing",
    "Identity",
    "Input",
    "InputLayer",
    "InputSpec",
    "IntegerLookup",
    "JaxLayer",
    "LSTM",
    "LSTMCell",
    "Lambda",
    "Layer",
    "LayerNormalization",
    "LeakyReLU",
    "Masking",
    "MaxNumBoundingBoxes",
    "MaxPool1D",
    "MaxPool2D",
    "MaxPool3D",
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "Maximum",
    "MelSpectrogram",
    "Minimum",
    "MixUp",
    "MultiHeadAttention",
    "Multiply",
    "Normalization",
    "Pipeline",
    "PReLU",
    "Permute",
    "RandAugment",
    "RandomColorDegeneration",
    "RandomColorJitter",
    "RandomContrast",
    "RandomCrop",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomGrayscale",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RMSNormalization",
    "RNN",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "ReLU",
    "RepeatVector",
    "RandomBrightness",
    "Rescaling",
    "Reshape",
    "Resizing",
    "ReversibleEmbedding",
    "Solarization",
    "STFTSpectrogram",
    "SeparableConv1D",
    "SeparableConv2D",
    "SeparableConvolution1D",
    "SeparableConvolution2D",
    "SimpleRNN",
    "SimpleRNNCell",
    "Softmax",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    "SpectralNormalization",
    "StackedRNNCells",
    "StringLookup",
    "Subtract",
    "TFSMLayer",
    "TextVectorization",
    "TimeDistributed",
    "TorchModuleWrapper",
    "UnitNormalization",
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    "Wrapper",
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    "add",
    "average",
    "concatenate",
    "deserialize",
    "dot",
    "maximum",
    "minimum",
    "multiply",
    "serialize",
    "subtract",
]
