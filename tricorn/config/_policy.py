"""The dtype policy of new layers, whose home is `dtype_policies`."""

from tricorn.dtype_policies import dtype_policy as dtype_policy, set_dtype_policy as set_dtype_policy
