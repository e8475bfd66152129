"""Commands. Their progress bars use no monitor thread: a rebuild forks, which a threaded process must not."""

from tqdm import tqdm

tqdm.monitor_interval = 0
