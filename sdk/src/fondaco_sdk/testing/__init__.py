"""For the tests of plugins: values to begin with (`factories`), and a suite per hook (`contracts`).

The fixtures that build a hall come with the kernel: `fondaco-core[testing]`.
"""
