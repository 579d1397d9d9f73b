"""The opensmile package's tables of one WAV file, and where the blocks of its columns are."""

import numpy as np
import opensmile

SETS = {"egemaps-v02": opensmile.FeatureSet.eGeMAPSv02, "compare-2016": opensmile.FeatureSet.ComParE_2016}

# Columns of the ComParE_2016 functionals (specification, section 8.1): energy, spectral and voicing descriptors with
# their deltas, segments of F0, then energy and spectral ones together.
COMPARE_BLOCKS = {"A": 0, "B": 248, "Z": 3658, "F0": 4126, "A B": 4131, "A B deltas": 5488}


def reader(name, level):
    return opensmile.Smile(feature_set=SETS[name], feature_level=level, num_workers=1)


class Functionals:
    def __init__(self, name):
        self.smile = reader(name, opensmile.FeatureLevel.Functionals)
        self.columns = list(self.smile.feature_names)

    def table(self, wav):
        """[1, column] float32."""
        return self.smile.process_file(wav).to_numpy()


class Descriptors:
    """Frames of one table: descriptors, and beside them their deltas where the set has a level of deltas. That level
    has two rows more, which are left out."""

    def __init__(self, name):
        levels = [opensmile.FeatureLevel.LowLevelDescriptors]
        if name == "compare-2016":
            levels.append(opensmile.FeatureLevel.LowLevelDescriptors_Deltas)
        self.smiles = [reader(name, level) for level in levels]
        self.columns = [column for smile in self.smiles for column in smile.feature_names]

    def table(self, wav):
        """[frame, column] float32."""
        parts = [smile.process_file(wav).to_numpy() for smile in self.smiles]
        assert all(len(part) == len(parts[0]) + 2 for part in parts[1:])
        return np.hstack([part[: len(parts[0])] for part in parts])
