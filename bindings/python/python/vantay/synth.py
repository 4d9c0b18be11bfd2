"""Made-up fingers: people, their fingers, and impressions of these with the truth about them. Nobody's finger is in them.

>>> from vantay import synth
>>> master = synth.Person(seed=1, number=7).finger(vantay.Finger.RIGHT_INDEX)
>>> impression = master.impression(seed=1, sensor="capacitive", faults={"wet": 0.4})
>>> vantay.extract(impression.image, ppi=impression.ppi)
"""

from ._vantay import FAULTS, SENSORS, Impression, Master, Person

__all__ = ["FAULTS", "SENSORS", "Impression", "Master", "Person"]
